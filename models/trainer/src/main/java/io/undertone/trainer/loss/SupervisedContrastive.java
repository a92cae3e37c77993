package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.network.Scalars;

/// Supervised contrastive loss (Khosla et al. 2020, the sum outside the logarithm) across modalities: every
/// caption of the clip's class is a positive, all captions of the batch are in the denominator; the mean of
/// both directions.
public final class SupervisedContrastive {

    private SupervisedContrastive() {}

    /// @param logits `[n, n]`, audio by text, similarities divided by the temperature
    /// @param classes `[n]`
    /// @return a scalar of 64 bits
    public static NDArray symmetric(NDArray logits, int[] classes) {
        int n = classes.length;
        double[] share = new double[n * n];
        for (int i = 0; i < n; i++) {
            int positives = 0;
            for (int other : classes) {
                positives += other == classes[i] ? 1 : 0;
            }
            for (int j = 0; j < n; j++) {
                share[i * n + j] = classes[i] == classes[j] ? 1.0 / positives : 0;
            }
        }
        // Not closed here: the backward pass reads the weights, and DJL frees an array's memory with the array.
        NDArray weights = logits.getManager().create(share, new Shape(n, n));
        NDArray wide = Precision.widened(logits);
        NDArray rows = wide.logSoftmax(1).mul(weights).sum();
        NDArray columns = wide.transpose().logSoftmax(1).mul(weights).sum();
        return Scalars.times(rows.add(columns), -0.5 / n);
    }
}

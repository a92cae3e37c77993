package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.network.Scalars;

/// Supervised contrastive loss (Khosla et al. 2020, the sum outside the logarithm) across modalities: every
/// caption of the clip's class is a positive, all captions of the batch are in the denominator; the mean of
/// both directions.
public final class SupervisedContrastive {

    private SupervisedContrastive() {}

    /// @param similarities `[n, n]`, audio by text
    /// @param classes `[n]`
    /// @return a scalar of 64 bits
    public static NDArray symmetric(NDArray similarities, int[] classes, double temperature) {
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
        NDArray weights = similarities.getManager().create(share, new Shape(n, n));
        NDArray scaled = Scalars.times(Precision.widened(similarities), 1 / temperature);
        NDArray rows = scaled.logSoftmax(1).mul(weights).sum();
        NDArray columns = scaled.transpose().logSoftmax(1).mul(weights).sum();
        return Scalars.times(rows.add(columns), -0.5 / n);
    }
}

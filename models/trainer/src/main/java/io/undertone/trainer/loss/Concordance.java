package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import io.undertone.trainer.network.Scalars;

/// One minus the concordance correlation coefficient (Lin 1989): unlike the squared error it does not pay to
/// predict the mean.
public final class Concordance {

    private Concordance() {}

    /// @param predicted `[n, 2]`
    /// @param wanted `[n, 2]`
    /// @return the mean of the two columns' losses, a scalar in [0, 2]
    public static NDArray loss(NDArray predicted, NDArray wanted) {
        int[] rows = {0};
        NDArray meanPredicted = predicted.mean(rows, true);
        NDArray meanWanted = wanted.mean(rows, true);
        NDArray p = predicted.sub(meanPredicted);
        NDArray w = wanted.sub(meanWanted);
        NDArray covariance = p.mul(w).mean(rows, true);
        NDArray spread = p.mul(p).mean(rows, true).add(w.mul(w).mean(rows, true));
        NDArray shift = meanPredicted.sub(meanWanted);
        NDArray concordance =
                Scalars.times(covariance, 2).div(spread.add(shift.mul(shift)).add(1e-6f));
        return Scalars.times(concordance.mean(), -1).add(1);
    }
}

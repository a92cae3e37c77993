package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.undertone.trainer.network.Scalars;

/// The loss of CLIP (Radford et al. 2021): each clip's own caption against all captions of the batch, and the
/// reverse.
public final class SymmetricCrossEntropy {

    private SymmetricCrossEntropy() {}

    /// @param similarities `[n, n]`, audio by text
    /// @return a scalar of 64 bits
    public static NDArray symmetric(NDArray similarities, double temperature) {
        NDArray both = anchored(similarities, temperature).add(anchored(similarities.transpose(), temperature));
        return Scalars.times(both, 0.5);
    }

    /// Rows are anchors: InfoNCE of one direction.
    public static NDArray anchored(NDArray similarities, double temperature) {
        NDArray scaled = Scalars.times(Precision.widened(similarities), 1 / temperature);
        NDArray own = scaled.getManager().eye((int) scaled.getShape().get(0)).toType(DataType.FLOAT64, false);
        return Scalars.times(
                scaled.logSoftmax(1).mul(own).sum(), -1.0 / scaled.getShape().get(0));
    }
}

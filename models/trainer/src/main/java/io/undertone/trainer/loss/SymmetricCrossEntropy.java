package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.undertone.trainer.network.Scalars;

/// The loss of CLIP (Radford et al. 2021): each clip's own caption against all captions of the batch, and the
/// reverse.
public final class SymmetricCrossEntropy {

    private SymmetricCrossEntropy() {}

    /// @param logits `[n, n]`, audio by text, similarities divided by the temperature
    /// @return a scalar of 64 bits
    public static NDArray symmetric(NDArray logits) {
        NDArray both = anchored(logits).add(anchored(logits.transpose()));
        return Scalars.times(both, 0.5);
    }

    /// Rows are anchors: InfoNCE of one direction.
    public static NDArray anchored(NDArray logits) {
        NDArray wide = Precision.widened(logits);
        NDArray own = wide.getManager().eye((int) wide.getShape().get(0)).toType(DataType.FLOAT64, false);
        return Scalars.times(
                wide.logSoftmax(1).mul(own).sum(), -1.0 / wide.getShape().get(0));
    }
}

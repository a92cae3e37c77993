package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/// The loss of CLIP (Radford et al. 2021): each clip's own caption against all captions of the batch, and the
/// reverse.
public final class SymmetricCrossEntropy {

    private SymmetricCrossEntropy() {}

    /// @param similarities `[n, n]`, audio by text
    /// @return a scalar of 64 bits
    public static NDArray symmetric(NDArray similarities, double temperature) {
        return anchored(similarities, temperature)
                .add(anchored(similarities.transpose(), temperature))
                .div(2);
    }

    /// Rows are anchors: InfoNCE of one direction.
    public static NDArray anchored(NDArray similarities, double temperature) {
        NDArray scaled = Precision.widened(similarities).div(temperature);
        NDArray own = scaled.getManager().eye((int) scaled.getShape().get(0)).toType(DataType.FLOAT64, false);
        return scaled.logSoftmax(1).mul(own).sum().div(-scaled.getShape().get(0));
    }
}

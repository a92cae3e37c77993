package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Losses are sums of many exponentials: they are computed in 64 bits.
public final class Precision {

    private Precision() {}

    /// The same values in 64 bits, still differentiable: DJL's `toType` cuts the gradient off, a product with a
    /// 64-bit one does not.
    public static NDArray widened(NDArray x) {
        return widened(x, x.getManager());
    }

    /// The same, for weights: the result lives in `manager`, that of the step.
    static NDArray widened(NDArray x, NDManager manager) {
        return manager.ones(new Shape(1), DataType.FLOAT64).mul(x);
    }
}

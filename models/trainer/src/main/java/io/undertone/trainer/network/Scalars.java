package io.undertone.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

/// Numbers as arrays that live as long as the step does.
///
/// DJL makes an array of its own for the number in `x.mul(2)` and closes it at once, while the backward pass
/// still has to read it: once the garbage collector has run, the gradient is multiplied by whatever lies in that
/// memory. Inside a gradient every number goes through here.
public final class Scalars {

    private Scalars() {}

    /// x * value.
    public static NDArray times(NDArray x, double value) {
        return x.mul(of(x, value));
    }

    /// The larger of x and value, element by element.
    public static NDArray atLeast(NDArray x, double value) {
        return x.maximum(of(x, value));
    }

    private static NDArray of(NDArray x, double value) {
        NDManager manager = x.getManager();
        return x.getDataType() == DataType.FLOAT64 ? manager.create(value) : manager.create((float) value);
    }
}

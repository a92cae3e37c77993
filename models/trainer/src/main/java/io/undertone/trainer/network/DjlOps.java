package io.undertone.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import io.undertone.trainer.tower.FrozenTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes with DJL. Results live in the manager of the input, never in that of the weights.
///
/// @param training batch statistics are used and the running ones updated
/// @param points what the projections do
public record DjlOps(Weights weights, boolean training, Points points) implements NetworkOps<NDArray> {

    /// DJL's momentum is the share of the old running value that is kept.
    private static final float MOMENTUM = 0.95f;

    /// Added to the variance in every batch normalisation, here and in the ONNX graph.
    public static final float EPSILON = 1e-5f;

    /// With the points that bundles have.
    public DjlOps(Weights weights, boolean training) {
        this(weights, training, Points.STANDARDISED);
    }

    @Override
    public NDArray points(NDArray x, String name) {
        return switch (points) {
            case STANDARDISED -> batchNorm(x, name);
            case CENTRED -> x.sub(centre(x, name));
            case AS_PROJECTED -> x;
        };
    }

    /// `[1, dim]`: the mean of the batch, which also moves the running one; or that one.
    private NDArray centre(NDArray x, String name) {
        NDArray running = weights.get(name + ".mean");
        if (!training) {
            return running.expandDims(0);
        }
        NDArray mean = x.mean(new int[] {0}, true);
        running.muli(MOMENTUM).addi(mean.stopGradient().mul(1 - MOMENTUM).reshape(running.getShape()));
        return mean;
    }

    @Override
    public NDArray conv1d(NDArray x, String weight, @Nullable String bias, int stride, int padding) {
        return Conv1d.conv1d(
                        x, weights.get(weight), optional(bias), new Shape(stride), new Shape(padding), new Shape(1))
                .singletonOrThrow();
    }

    @SuppressWarnings("NullAway") // DJL takes null for no bias, without saying so in its types
    private NDArray optional(@Nullable String name) {
        return name == null ? null : weights.get(name);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public NDArray conv2d(NDArray x, String weight, int strideBands, int strideTime, int padding) {
        return Conv2d.conv2d(
                        x,
                        weights.get(weight),
                        null,
                        new Shape(strideBands, strideTime),
                        new Shape(padding, padding),
                        new Shape(1, 1))
                .singletonOrThrow();
    }

    @Override
    public NDArray batchNorm(NDArray x, String name) {
        return BatchNorm.batchNorm(
                        x,
                        weights.get(name + ".mean"),
                        weights.get(name + ".var"),
                        weights.get(name + ".gamma"),
                        weights.get(name + ".beta"),
                        1,
                        MOMENTUM,
                        EPSILON,
                        training)
                .singletonOrThrow();
    }

    @Override
    public NDArray linear(NDArray x, String weight, String bias) {
        return Linear.linear(x, weights.get(weight), weights.get(bias)).singletonOrThrow();
    }

    @Override
    public NDArray relu(NDArray x) {
        return Activation.relu(x);
    }

    @Override
    public NDArray tanh(NDArray x) {
        return x.tanh();
    }

    @Override
    public NDArray log(NDArray x) {
        return x.log();
    }

    @Override
    public NDArray sqrt(NDArray x) {
        return x.sqrt();
    }

    @Override
    public NDArray softmaxLast(NDArray x) {
        return x.softmax(-1);
    }

    @Override
    public NDArray add(NDArray x, NDArray y) {
        return x.add(y);
    }

    @Override
    public NDArray sub(NDArray x, NDArray y) {
        return x.sub(y);
    }

    @Override
    public NDArray mul(NDArray x, NDArray y) {
        return x.mul(y);
    }

    @Override
    public NDArray div(NDArray x, NDArray y) {
        return x.div(y);
    }

    @Override
    public NDArray addScalar(NDArray x, float value) {
        return x.add(value);
    }

    @Override
    public NDArray mulScalar(NDArray x, float value) {
        return Scalars.times(x, value);
    }

    @Override
    public NDArray atLeast(NDArray x, float value) {
        return Scalars.atLeast(x, value);
    }

    @Override
    public NDArray sum(NDArray x, int axis, boolean keepAxis) {
        return x.sum(new int[] {axis}, keepAxis);
    }

    @Override
    public NDArray meanOfEach(NDArray x) {
        NDArray mean = x;
        for (int axis = 1; axis < x.getShape().dimension(); axis++) {
            mean = mean.mean(new int[] {axis}, true); // DJL averages over one axis at a time
        }
        return mean;
    }

    @Override
    public NDArray expandAxis(NDArray x, int axis) {
        return x.expandDims(axis);
    }

    @Override
    public NDArray mergeBands(NDArray x, int channelsTimesBands) {
        return x.reshape(x.getShape().get(0), channelsTimesBands, -1);
    }

    @Override
    public NDArray frozen(FrozenTower tower, NDArray waveform) {
        int batch = (int) waveform.getShape().get(0);
        int samples = (int) waveform.getShape().get(1);
        float[] all = waveform.toFloatArray();
        List<float[]> windows = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            windows.add(Arrays.copyOfRange(all, i * samples, (i + 1) * samples));
        }
        float[] vectors = new float[batch * tower.dim()];
        List<float[]> encoded = tower.encode(windows);
        for (int i = 0; i < batch; i++) {
            System.arraycopy(encoded.get(i), 0, vectors, i * tower.dim(), tower.dim());
        }
        return waveform.getManager().create(vectors, new Shape(batch, tower.dim()));
    }

    @Override
    public NDArray concat(NDArray x, NDArray y) {
        return x.concat(y, 1);
    }
}

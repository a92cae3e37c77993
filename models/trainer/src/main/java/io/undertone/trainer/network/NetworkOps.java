package io.undertone.trainer.network;

import io.undertone.trainer.tower.FrozenTower;
import org.jspecify.annotations.Nullable;

/// The operations that our networks are made of. A forward pass is written once against this interface and then
/// either computed ([DjlOps]) or written as an ONNX graph ([io.undertone.trainer.bundle.OnnxOps]), so the two
/// cannot drift apart.
///
/// Weights are named; batch normalisation `p` owns `p.gamma`, `p.beta`, `p.mean`, `p.var`.
///
/// @param <T> a tensor of the backend
public interface NetworkOps<T> {

    /// `[batch, in, time]` with kernel `[out, in, width]` to `[batch, out, time']`.
    T conv1d(T x, String weight, @Nullable String bias, int stride, int padding);

    /// `[batch, in, bands, time]` with kernel `[out, in, height, width]`; no bias: a normalisation follows.
    T conv2d(T x, String weight, int strideBands, int strideTime, int padding);

    /// Over axis 1, whatever the rank.
    T batchNorm(T x, String name);

    /// `[batch, dim]`: what [Points] says, over the axis of the batch; `name` as in a batch normalisation.
    T points(T x, String name);

    /// `[batch, in]` with weight `[out, in]` and bias `[out]` to `[batch, out]`.
    T linear(T x, String weight, String bias);

    T relu(T x);

    T tanh(T x);

    T log(T x);

    T sqrt(T x);

    /// Over the last axis.
    T softmaxLast(T x);

    T add(T x, T y);

    T sub(T x, T y);

    T mul(T x, T y);

    T div(T x, T y);

    T addScalar(T x, float value);

    T mulScalar(T x, float value);

    /// max(x, value), element by element.
    T atLeast(T x, float value);

    /// Sum over one axis.
    T sum(T x, int axis, boolean keepAxis);

    /// `[batch, bands, time]` to its mean over bands and time, `[batch, 1, 1]`.
    T meanOfEach(T x);

    T expandAxis(T x, int axis);

    /// `[batch, channels, bands, time]` to `[batch, channels * bands, time]`.
    T mergeBands(T x, int channelsTimesBands);

    /// Waveform `[batch, windowSamples]` to the tower's vectors `[batch, dim]`; no gradient goes through.
    T frozen(FrozenTower tower, T waveform);

    /// Along axis 1.
    T concat(T x, T y);
}

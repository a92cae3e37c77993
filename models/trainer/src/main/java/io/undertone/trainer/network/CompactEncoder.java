package io.undertone.trainer.network;

import java.util.OptionalInt;
import java.util.SplittableRandom;

/// The audio tower: log-mel, a small convolutional network strided early, attentive statistics pooling (Okabe et
/// al. 2018), and a layer that gives `[batch, features]`. A pure function of weights and waveform; the samples
/// axis is free.
public final class CompactEncoder implements Encoder {

    private static final int BANDS_LEFT = LogMel.BANDS / 16;

    /// Log-mel frames from one frame of the network to the next.
    public static final int FRAME_STRIDE = 8;

    private final EncoderSpec spec;

    public CompactEncoder(EncoderSpec spec) {
        this.spec = spec;
    }

    @Override
    public void addTo(Weights weights, SplittableRandom random) {
        LogMel.addTo(weights);
        int in = 1;
        for (int stage = 0; stage < 4; stage++) {
            int out = spec.channels().get(stage);
            conv2d(weights, random, "stage" + stage + ".down", in, out);
            if (stage > 0) {
                conv2d(weights, random, "stage" + stage + ".refine", out, out);
            }
            in = out;
        }
        conv1d(weights, random, "merge", in * BANDS_LEFT, spec.temporal(), 1);
        conv1d(weights, random, "time", spec.temporal(), spec.temporal(), 3);
        weights.normal("attention.hidden", random, spec.attention(), spec.temporal(), 1);
        weights.constant("attention.hidden.bias", 0, spec.attention());
        weights.normal("attention.score", random, spec.temporal(), spec.attention(), 1);
        weights.normal("features", random, spec.features(), 2L * spec.temporal());
        weights.constant("features.bias", 0, spec.features());
        weights.batchNorm("features.norm", spec.features());
    }

    private static void conv2d(Weights weights, SplittableRandom random, String name, int in, int out) {
        weights.normal(name, random, out, in, 3, 3);
        weights.batchNorm(name + ".norm", out);
    }

    private static void conv1d(Weights weights, SplittableRandom random, String name, int in, int out, int width) {
        weights.normal(name, random, out, in, width);
        weights.batchNorm(name + ".norm", out);
    }

    @Override
    public <T> T fixed(NetworkOps<T> ops, T waveform) {
        return LogMel.apply(ops, waveform);
    }

    /// Log-mel `[batch, bands, frames]` to `[batch, temporal, time]`, one for every [#FRAME_STRIDE] frames.
    @Override
    public <T> T frames(NetworkOps<T> ops, T logMel) {
        T x = down(ops, ops.expandAxis(logMel, 1), 0, 2);
        for (int stage = 1; stage < 4; stage++) {
            x = down(ops, x, stage, stage == 3 ? 1 : 2);
            String refine = "stage" + stage + ".refine";
            x = ops.add(x, ops.relu(ops.batchNorm(ops.conv2d(x, refine, 1, 1, 1), refine + ".norm")));
        }
        int merged = spec.channels().get(3) * BANDS_LEFT;
        x = ops.relu(ops.batchNorm(ops.conv1d(ops.mergeBands(x, merged), "merge", null, 1, 0), "merge.norm"));
        return ops.add(x, ops.relu(ops.batchNorm(ops.conv1d(x, "time", null, 1, 1), "time.norm")));
    }

    @Override
    public <T> T pooled(NetworkOps<T> ops, T frames) {
        T pooled = pool(ops, frames);
        return ops.relu(ops.batchNorm(ops.linear(pooled, "features", "features.bias"), "features.norm"));
    }

    @Override
    public OptionalInt onlySamples() {
        return OptionalInt.empty();
    }

    @Override
    public void close() {}

    /// Bands are halved at every stage, time at the first three.
    private static <T> T down(NetworkOps<T> ops, T x, int stage, int strideTime) {
        String name = "stage" + stage + ".down";
        return ops.relu(ops.batchNorm(ops.conv2d(x, name, 2, strideTime, 1), name + ".norm"));
    }

    /// Weighted mean and deviation over time, the weights from a small network: `[batch, temporal, time]` to
    /// `[batch, 2 * temporal]`.
    private static <T> T pool(NetworkOps<T> ops, T x) {
        T hidden = ops.tanh(ops.conv1d(x, "attention.hidden", "attention.hidden.bias", 1, 0));
        T attention = ops.softmaxLast(ops.conv1d(hidden, "attention.score", null, 1, 0));
        T weighted = ops.mul(attention, x);
        T mean = ops.sum(weighted, 2, false);
        T squares = ops.sum(ops.mul(weighted, x), 2, false);
        T variance = ops.atLeast(ops.sub(squares, ops.mul(mean, mean)), 1e-4f);
        return ops.concat(mean, ops.sqrt(variance));
    }
}

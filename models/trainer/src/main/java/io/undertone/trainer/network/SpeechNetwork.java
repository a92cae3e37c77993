package io.undertone.trainer.network;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The speech detector: `[batch, samples]` at 16 kHz to a logit of speech for every 40 ms, `[batch, frames]`.
///
/// The log-mel recipe of [LogMel] with 32 bands and without the anti-alias filter, which costs more than all the
/// rest: frames of 25 ms every 20 ms straight from the waveform. Then convolutions over time that see 1 s, and
/// what the whole window has in common, by attention: music and noise go on when nobody speaks.
///
/// Some 50,000 weights that are trained, 11 million multiplications for 3 s, 7.6 of them for the log-mel.
public final class SpeechNetwork {

    /// Samples from the middle of a frame of the result to that of the next.
    public static final int FRAME_SAMPLES = 640;

    private static final int BANDS = 32;
    private static final int MEL_FRAME = LogMel.SAMPLE_RATE_HZ / 40; // 25 ms
    private static final int MEL_HOP = FRAME_SAMPLES / 2;
    private static final int CHANNELS = 48;
    private static final int BLOCKS = 3;
    private static final int WIDTH = 5;

    private SpeechNetwork() {}

    /// Frames that `samples` give.
    public static int frames(int samples) {
        int melFrames = (samples - MEL_FRAME) / MEL_HOP + 1;
        return (melFrames - 1) / 2 + 1;
    }

    /// Draws start values.
    public static void addTo(Weights weights, SplittableRandom random) {
        float[][] basis = LogMel.fourierBasis(BANDS, MEL_FRAME, LogMel.SAMPLE_RATE_HZ);
        weights.fixed("speech.basis", concat(basis[0], basis[1]), 4 * BANDS, 1, MEL_FRAME);
        weights.fixed("speech.mel", twice(LogMel.triangles(BANDS)), BANDS, 4 * BANDS, 1);
        conv(weights, random, "speech.in", BANDS, WIDTH);
        for (int block = 0; block < BLOCKS; block++) {
            conv(weights, random, "speech.block" + block, CHANNELS, WIDTH);
        }
        weights.normal("speech.attention", random, CHANNELS, CHANNELS, 1);
        weights.constant("speech.attention.bias", 0, CHANNELS);
        conv(weights, random, "speech.context", CHANNELS, 1);
        conv(weights, random, "speech.out", CHANNELS, 1);
        weights.normal("speech.logit", random, 1, CHANNELS, 1);
        weights.constant("speech.logit.bias", 0, 1);
    }

    /// Cosines first, then sines, so that one convolution makes both.
    private static float[] concat(float[] cosines, float[] sines) {
        float[] both = Arrays.copyOf(cosines, 2 * cosines.length);
        System.arraycopy(sines, 0, both, cosines.length, sines.length);
        return both;
    }

    /// The same triangles over the squares of cosines and of sines, `[BANDS * 4 * BANDS]`.
    private static float[] twice(float[] triangles) {
        int row = 2 * BANDS;
        float[] both = new float[2 * triangles.length];
        for (int i = 0; i < 2 * BANDS; i++) {
            System.arraycopy(triangles, i / 2 * row, both, i * row, row);
        }
        return both;
    }

    private static void conv(Weights weights, SplittableRandom random, String name, int in, int width) {
        weights.normal(name, random, CHANNELS, in, width);
        weights.batchNorm(name + ".norm", CHANNELS);
    }

    /// The part without trained weights: `[batch, samples]` to `[batch, bands, mel frames]`.
    public static <T> T logMel(NetworkOps<T> ops, T waveform) {
        T parts = ops.conv1d(ops.expandAxis(waveform, 1), "speech.basis", null, MEL_HOP, 0);
        return LogMel.relativeLog(ops, ops.conv1d(ops.mul(parts, parts), "speech.mel", null, 1, 0));
    }

    /// Log-mel to logits, `[batch, 1, frames]`.
    public static <T> T logits(NetworkOps<T> ops, T logMel) {
        T x = layer(ops, logMel, "speech.in", 2, WIDTH / 2);
        for (int block = 0; block < BLOCKS; block++) {
            x = ops.add(x, layer(ops, x, "speech.block" + block, 1, WIDTH / 2));
        }
        T attention = ops.softmaxLast(ops.conv1d(x, "speech.attention", "speech.attention.bias", 1, 0));
        T context = layer(ops, ops.sum(ops.mul(attention, x), 2, true), "speech.context", 1, 0);
        T hidden = layer(ops, ops.add(x, context), "speech.out", 1, 0);
        return ops.conv1d(hidden, "speech.logit", "speech.logit.bias", 1, 0);
    }

    private static <T> T layer(NetworkOps<T> ops, T x, String name, int stride, int padding) {
        return ops.relu(ops.batchNorm(ops.conv1d(x, name, null, stride, padding), name + ".norm"));
    }

    /// `[batch, samples]` to probabilities, `[batch, frames]`.
    public static <T> T probabilities(NetworkOps<T> ops, T waveform) {
        T logits = ops.sum(logits(ops, logMel(ops, waveform)), 1, false);
        // the logistic function, by operations that are there
        return ops.addScalar(ops.mulScalar(ops.tanh(ops.mulScalar(logits, 0.5f)), 0.5f), 0.5f);
    }
}

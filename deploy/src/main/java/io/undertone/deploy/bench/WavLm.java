package io.undertone.deploy.bench;

import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.model.EncoderGraph;
import io.undertone.model.GraphWriter;
import java.util.Arrays;
import java.util.List;

/// An encoder of the structure of WavLM (Chen et al., 2022, "WavLM: Large-Scale Self-Supervised Pre-Training for Full
/// Stack Speech Processing"), with random weights: it hears nothing, and takes the time that one with learned weights
/// takes. Seven convolutions on the waveform (those of wav2vec 2.0, Baevski et al., 2020), a convolution that tells
/// positions, and transformer layers with a gated relative position bias; behind them the mean over time and two linear
/// heads. Written operator by operator as exporters write it, standard operators only. Used by one thread.
final class WavLm {

    /// What differs from size to size.
    ///
    /// @param channels of the convolutions
    /// @param width of the transformer, a multiple of 16 and of `heads`
    /// @param inner width inside a layer
    /// @param dim of the embedding
    record Spec(int channels, int width, int heads, int layers, int inner, int dim) {

        /// WavLM base: 94 million parameters.
        static final Spec BASE = new Spec(512, 768, 12, 12, 3_072, 128);
    }

    private static final int[] KERNELS = {10, 3, 3, 3, 3, 2, 2};
    private static final int[] STRIDES = {5, 2, 2, 2, 2, 2, 2};
    private static final int POSITION_KERNEL = 128;
    private static final int POSITION_GROUPS = 16;
    private static final int BUCKETS = 320;
    private static final int FARTHEST = 800; // frames, from where on all distances are one
    private static final int GATES = 8;
    private static final float EPSILON = 1e-5f;
    private static final int OPSET = 17;

    private final Spec spec;
    private final GraphWriter writer = new GraphWriter("w.", OPSET);
    private final RandomWeights random;
    private final int frames;

    private WavLm(Spec spec, int windowSamples, long seed) {
        this.spec = spec;
        this.random = new RandomWeights(seed);
        this.frames = frames(windowSamples);
    }

    static EncoderGraph graph(Spec spec, int windowSamples, long seed) {
        AudioEncoderFile names = new AudioEncoderFile(
                "wavlm",
                "",
                TensorEntry.of("waveform", windowSamples),
                TensorEntry.of("embedding", spec.dim()),
                TensorEntry.of("affect", 2));
        return EncoderGraph.of(write(spec, windowSamples, seed), names, windowSamples);
    }

    /// The ONNX file: `waveform` `[batch, windowSamples]` to `embedding` `[batch, dim]` and `affect` `[batch, 2]`.
    static byte[] write(Spec spec, int windowSamples, long seed) {
        return new WavLm(spec, windowSamples, seed).write(windowSamples);
    }

    /// Of the transformer, for a window.
    static int frames(int windowSamples) {
        int frames = windowSamples;
        for (int layer = 0; layer < KERNELS.length; layer++) {
            frames = (frames - KERNELS[layer]) / STRIDES[layer] + 1;
        }
        return frames;
    }

    private byte[] write(int windowSamples) {
        String x = positioned(projected(convolved("waveform")));
        String bias = positionBias();
        for (int layer = 0; layer < spec.layers(); layer++) {
            x = norm(writer.node("Add", List.of(x, attention(x, bias))));
            x = norm(writer.node("Add", List.of(x, feedForward(x))));
        }
        String mean = writer.reshape(writer.mean(x, 1), -1, spec.width());
        String direction = linear(mean, spec.width(), spec.dim());
        String square = writer.node("Mul", List.of(direction, direction));
        String length = writer.node("Sqrt", List.of(writer.mean(square, 1))); // of a mean: a constant factor away
        String unit = writer.node("Div", List.of(direction, writer.multiply(length, Math.sqrt(spec.dim()))));
        writer.named(unit, "embedding");
        writer.named(writer.node("Tanh", List.of(linear(mean, spec.width(), 2))), "affect");
        return writer.toModel(
                "wavlm",
                GraphWriter.value("waveform", -1, windowSamples),
                GraphWriter.value("embedding", -1, spec.dim()),
                GraphWriter.value("affect", -1, 2));
    }

    /// `[batch, samples]` to `[batch, channels, frames]`. Only the first is normed, each channel over time.
    private String convolved(String waveform) {
        String x = writer.reshape(waveform, 0, 1, -1);
        for (int layer = 0; layer < KERNELS.length; layer++) {
            int in = layer == 0 ? 1 : spec.channels();
            String filters = weights(in * KERNELS[layer], spec.channels(), in, KERNELS[layer]);
            x = writer.node("Conv", List.of(x, filters), GraphWriter.integers("strides", STRIDES[layer]));
            if (layer == 0) {
                x = writer.node(
                        "InstanceNormalization",
                        List.of(x, constant(1, spec.channels()), constant(0, spec.channels())),
                        GraphWriter.decimal("epsilon", EPSILON));
            }
            x = gelu(x);
        }
        return x;
    }

    /// To `[batch, frames, width]`.
    private String projected(String x) {
        String turned = writer.node("Transpose", List.of(x), GraphWriter.integers("perm", 0, 2, 1));
        return linear(norm(turned, spec.channels()), spec.channels(), spec.width());
    }

    /// A convolution over time tells the positions; of an even kernel it gives one frame too many.
    private String positioned(String x) {
        String turned = writer.node("Transpose", List.of(x), GraphWriter.integers("perm", 0, 2, 1));
        int in = spec.width() / POSITION_GROUPS;
        String convolved = writer.node(
                "Conv",
                List.of(
                        turned,
                        weights(in * POSITION_KERNEL, spec.width(), in, POSITION_KERNEL),
                        constant(0, spec.width())),
                GraphWriter.integer("group", POSITION_GROUPS),
                GraphWriter.integers("pads", POSITION_KERNEL / 2, POSITION_KERNEL / 2));
        String[] cut = new String[3];
        long[] fromToAxis = {0, frames, 2};
        for (int i = 0; i < cut.length; i++) {
            cut[i] = writer.longs(new long[] {fromToAxis[i]}, 1);
        }
        String same = writer.node("Slice", List.of(convolved, cut[0], cut[1], cut[2]));
        String back = writer.node("Transpose", List.of(gelu(same)), GraphWriter.integers("perm", 0, 2, 1));
        return norm(writer.node("Add", List.of(x, back)));
    }

    /// `[1, heads, frames, frames]`: what each head adds for how far apart two frames are, the same in every layer.
    private String positionBias() {
        long[] buckets = new long[frames * frames];
        for (int from = 0; from < frames; from++) {
            for (int to = 0; to < frames; to++) {
                buckets[from * frames + to] = bucket(to - from);
            }
        }
        String table = weights(1, BUCKETS, spec.heads());
        String rows = writer.node(
                "Gather", List.of(table, writer.longs(buckets, frames, frames)), GraphWriter.integer("axis", 0));
        String turned = writer.node("Transpose", List.of(rows), GraphWriter.integers("perm", 2, 0, 1));
        return writer.reshape(turned, 1, spec.heads(), frames, frames);
    }

    /// Half of the buckets for either side; a half of those for near distances one by one, the rest in the logarithm.
    static int bucket(int distance) {
        int side = BUCKETS / 2;
        int near = side / 2;
        int apart = Math.abs(distance);
        int far = near
                + (int) (Math.log(Math.max(1, apart) / (double) near)
                        / Math.log((double) FARTHEST / near)
                        * (side - near));
        return (distance > 0 ? side : 0) + (apart < near ? apart : Math.min(side - 1, far));
    }

    private String attention(String x, String bias) {
        int width = spec.width();
        double scale = 1 / Math.sqrt((double) width / spec.heads());
        String queries = heads(writer.multiply(linear(x, width, width), scale), 0, 2, 1, 3);
        String keys = heads(linear(x, width, width), 0, 2, 3, 1);
        String values = heads(linear(x, width, width), 0, 2, 1, 3);
        String scores = writer.node(
                "Add",
                List.of(writer.node("MatMul", List.of(queries, keys)), writer.node("Mul", List.of(gate(x), bias))));
        String shares = writer.node("Softmax", List.of(scores), GraphWriter.integer("axis", -1));
        String heard = writer.node("MatMul", List.of(shares, values));
        String turned = writer.node("Transpose", List.of(heard), GraphWriter.integers("perm", 0, 2, 1, 3));
        return linear(writer.reshape(turned, 0, 0, width), width, width);
    }

    /// `[batch, frames, width]` to heads, with the axes batch, frames, heads, inside in another order.
    private String heads(String x, long... order) {
        String parted = writer.reshape(x, 0, 0, spec.heads(), spec.width() / spec.heads());
        return writer.node("Transpose", List.of(parted), GraphWriter.integers("perm", order));
    }

    /// How much of the position bias a frame lets through, `[batch, heads, frames, 1]`: a (b c - 1) + 2.
    private String gate(String x) {
        String parted = heads(x, 0, 2, 1, 3);
        String gates = linear(parted, spec.width() / spec.heads(), GATES);
        String pairs = writer.reshape(gates, 0, spec.heads(), frames, 2, GATES / 2);
        String sums = writer.node(
                "ReduceSum", List.of(pairs, writer.longs(new long[] {-1}, 1)), GraphWriter.integer("keepdims", 0));
        String open = writer.node("Sigmoid", List.of(sums));
        String scaled = writer.node(
                "Mul",
                List.of(writer.gather(open, 3, 1), writer.reshape(constant(1, spec.heads()), 1, spec.heads(), 1, 1)));
        return writer.add(writer.node("Mul", List.of(writer.gather(open, 3, 0), writer.add(scaled, -1))), 2);
    }

    private String feedForward(String x) {
        return linear(gelu(linear(x, spec.width(), spec.inner())), spec.inner(), spec.width());
    }

    /// With a bias that is not 0: silence would come out as 0, which has no direction.
    private String linear(String x, int in, int out) {
        return writer.node("Add", List.of(writer.node("MatMul", List.of(x, weights(in, in, out))), weights(in, out)));
    }

    private String norm(String x) {
        return norm(x, spec.width());
    }

    private String norm(String x, int width) {
        return writer.node(
                "LayerNormalization",
                List.of(x, constant(1, width), constant(0, width)),
                GraphWriter.integer("axis", -1),
                GraphWriter.decimal("epsilon", EPSILON));
    }

    /// With the error function, as exporters write it before operator set 20.
    private String gelu(String x) {
        String erf = writer.node("Erf", List.of(writer.multiply(x, Math.sqrt(0.5))));
        return writer.multiply(writer.node("Mul", List.of(x, writer.add(erf, 1))), 0.5);
    }

    private String constant(float value, int width) {
        float[] values = new float[width];
        Arrays.fill(values, value);
        return writer.floats(values, width);
    }

    /// @param summands of each value that is computed with them
    private String weights(int summands, long... shape) {
        return writer.floats(random.next(summands, shape), shape);
    }
}

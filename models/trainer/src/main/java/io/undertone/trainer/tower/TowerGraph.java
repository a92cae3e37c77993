package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.GraphWriter;
import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import io.undertone.trainer.network.LogMel;
import io.undertone.trainer.tower.TowerSpec.Framing;
import io.undertone.trainer.tower.TowerSpec.Pooling;
import java.util.Arrays;
import java.util.List;

/// Makes one graph of a tower's files and what its manifest says: `waveform` `[batch, windowSamples]` in [-1, 1] at 16
/// kHz to `features` `[batch, dim]`. The same graph computes what the heads are trained on and becomes part of the
/// bundle, so the two cannot differ.
///
/// How many frames a stage gives is found by running what is written so far on one window of noise. Owned by one
/// thread.
final class TowerGraph {

    static final int WINDOW_RATE_HZ = 16_000;
    private static final String WAVEFORM = "tower.waveform";
    private static final String FEATURES = "tower.features";

    /// The format in which initialisers need not be inputs too.
    private static final int LEAST_IR_VERSION = 4;

    /// From here on Scan has no axis of a batch of its own.
    private static final int SCAN_OPSET = 9;

    private final TowerSpec spec;
    private final List<TowerFile> files;
    private final int windowSamples;
    private final int opset;
    private final GraphWriter writer;

    private TowerGraph(TowerSpec spec, List<TowerFile> files, int windowSamples, int opset) {
        this.spec = spec;
        this.files = files;
        this.windowSamples = windowSamples;
        this.opset = opset;
        this.writer = new GraphWriter("tower.", opset);
    }

    /// A finished graph.
    ///
    /// @param input its name; `[batch, windowSamples]`
    /// @param output its name; `[batch, dim]`
    record Written(ModelProto model, String input, String output, int dim) {

        int opset() {
            return (int) model.getOpsetImport(0).getVersion();
        }
    }

    /// What a stage gave for one window: `[frames, dim]`, or `[dim]` with no frames.
    private record Given(String tensor, int frames, int dim) {}

    /// @throws InvalidInputException if the files do not fit each other or the manifest
    static Written write(TowerSpec spec, List<TowerFile> files, int windowSamples) {
        int opset = files.getFirst().opset();
        for (TowerFile file : files) {
            if (file.opset() != opset) {
                throw new InvalidInputException(file.path() + " uses the operator set " + file.opset() + ", "
                        + files.getFirst().path() + " " + opset
                        + "; a tower's files must use one: convert them (onnx.version_converter)");
            }
        }
        return new TowerGraph(spec, files, windowSamples, opset).write();
    }

    private Written write() {
        Given given = given(first(enter()), files.getFirst());
        for (TowerFile file : files.subList(1, files.size())) {
            Framing framing = file.stage().framing();
            given = framing == null ? given(stage(file, given.tensor()), file) : framed(file, framing, given);
        }
        String pooled = pooled(given);
        int dim = given.dim() * (spec.pooling() == Pooling.MEAN_AND_DEVIATION ? 2 : 1);
        writer.named(pooled, FEATURES);
        GraphProto graph = writer.graph()
                .setName("tower")
                .addInput(GraphWriter.value(WAVEFORM, -1, windowSamples))
                .addOutput(GraphWriter.value(FEATURES, -1, dim))
                .build();
        return new Written(model(graph), WAVEFORM, FEATURES, dim);
    }

    private ModelProto model(GraphProto graph) {
        int irVersion = files.stream().mapToInt(TowerFile::irVersion).max().orElse(0);
        return ModelProto.newBuilder()
                .setIrVersion(Math.max(LEAST_IR_VERSION, irVersion))
                .setProducerName("undertone-trainer")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .setGraph(graph)
                .build();
    }

    /// Rate, normalisation, scale and layout: what the first file's input wants.
    private String enter() {
        String x = WAVEFORM;
        long samples = windowSamples;
        if (spec.sampleRateHz() == WINDOW_RATE_HZ / 2) {
            String filter = writer.floats(LogMel.decimation(), 1, 1, LogMel.DECIMATION_TAPS);
            x = writer.node(
                    "Conv",
                    List.of(writer.reshape(x, -1, 1, samples), filter),
                    GraphWriter.integers("strides", 2),
                    GraphWriter.integers("pads", LogMel.DECIMATION_TAPS / 2, LogMel.DECIMATION_TAPS / 2));
            samples = (samples + 1) / 2;
            x = writer.reshape(x, -1, samples);
        }
        x = switch (spec.normalise()) {
            case NONE -> x;
            case ZERO_MEAN_UNIT_VARIANCE -> {
                String centred = writer.node("Sub", List.of(x, writer.mean(x, 1)));
                // 1e-7 is what the feature extractors of wav2vec2 and its kin add to the variance.
                yield writer.node("Div", List.of(centred, writer.deviation(centred, 1, 1e-7)));
            }
        };
        x = writer.multiply(x, spec.scale());
        return switch (spec.layout()) {
            case BATCH_SAMPLES -> x;
            case BATCH_CHANNEL_SAMPLES -> writer.reshape(x, -1, 1, samples);
            case SAMPLES -> writer.reshape(x, samples);
        };
    }

    private String first(String x) {
        TowerFile file = files.getFirst();
        int rank = file.inputShape().size();
        if (rank != 0 && rank != spec.layout().rank()) {
            throw new InvalidInputException(file.path() + " takes " + rank + " axes at its input '"
                    + file.stage().input() + "'; layout " + spec.layout() + " has "
                    + spec.layout().rank());
        }
        return stage(file, x);
    }

    private String stage(TowerFile file, String x) {
        return file.writeInto(writer.graph(), "tower" + files.indexOf(file) + ".", x);
    }

    /// Cuts the frames of the stage before into pieces and puts all pieces of all windows through a stage as one batch.
    private Given framed(TowerFile file, Framing framing, Given before) {
        int pieces = framing.pieces(before.frames());
        if (pieces == 0) {
            throw new InvalidInputException(file.path() + " wants pieces of " + framing.frames()
                    + " frames; the stage before gives " + before.frames() + " for a window of " + windowSamples
                    + " samples");
        }
        long[] indexes = new long[pieces * framing.frames()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = (long) i / framing.frames() * framing.step() + i % framing.frames();
        }
        String x = writer.add(writer.multiply(before.tensor(), framing.multiply()), framing.add());
        x = writer.reshape(writer.gather(x, 1, indexes), pieceShape(file, framing, before.dim()));
        Given piece = given(stage(file, x), file, pieces);
        return new Given(writer.reshape(piece.tensor(), -1, pieces, piece.dim()), pieces, piece.dim());
    }

    private static long[] pieceShape(TowerFile file, Framing framing, int dim) {
        List<Long> declared = file.inputShape();
        List<Long> inner = declared.isEmpty() ? List.of() : declared.subList(1, declared.size());
        long[] shape = new long[inner.isEmpty() ? 3 : inner.size() + 1];
        shape[0] = -1;
        if (inner.isEmpty() || inner.size() == 2) {
            shape[1] = framing.frames();
            shape[2] = dim;
        } else {
            Arrays.setAll(shape, axis -> axis == 0 ? -1 : inner.get(axis - 1));
        }
        long values = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
        if (values != (long) framing.frames() * dim) {
            throw new InvalidInputException(file.path() + " takes " + declared + " at its input '"
                    + file.stage().input() + "'; a piece has " + framing.frames() + " frames of " + dim + " values");
        }
        return shape;
    }

    private Given given(String tensor, TowerFile file) {
        return given(tensor, file, 1);
    }

    /// Runs what is written so far on one window, and drops axes of length 1.
    ///
    /// @param rows of the batch that one window gives
    private Given given(String tensor, TowerFile file, int rows) {
        long[] shape = shapeOf(tensor, file);
        long[] axes = Arrays.stream(shape).filter(size -> size != 1).toArray();
        long values = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        if (rows > 1) {
            if (axes.length != 2 || axes[0] != rows) {
                throw unexpected(file, shape, "[" + rows + ", dim], one vector a piece");
            }
            return new Given(tensor, 0, (int) (values / rows));
        }
        return switch (axes.length) {
            case 0, 1 -> new Given(writer.reshape(tensor, -1, values), 0, (int) values);
            case 2 -> new Given(writer.reshape(tensor, -1, axes[0], axes[1]), (int) axes[0], (int) axes[1]);
            default -> throw unexpected(file, shape, "[batch, frames, dim] or [batch, dim]");
        };
    }

    private static InvalidInputException unexpected(TowerFile file, long[] shape, String expected) {
        return new InvalidInputException(file.path() + " gives " + Arrays.toString(shape) + " at its output '"
                + file.stage().output() + "' for one window; expected " + expected);
    }

    private long[] shapeOf(String tensor, TowerFile file) {
        GraphProto probe = writer.graph().build().toBuilder()
                .setName("probe")
                .addInput(GraphWriter.value(WAVEFORM, -1, windowSamples))
                .addOutput(GraphWriter.value(tensor).toBuilder().clearType())
                .build();
        try (OnnxFunction function =
                OnnxFunction.open(file.path().toString(), model(probe).toByteArray(), 1)) {
            return function.run(WAVEFORM, Tensor.of(Noise.window(windowSamples, 0.1, 1, 1), 1, windowSamples), tensor)
                    .shape();
        }
    }

    private String pooled(Given given) {
        TowerFile last = files.getLast();
        if ((given.frames() == 0) != (spec.pooling() == Pooling.NONE)) {
            throw new InvalidInputException(last.path() + " gives "
                    + (given.frames() == 0 ? "one vector a window: pooling must be NONE" : given.frames() + " frames")
                    + (given.frames() == 0 ? "" : " a window: pooling must not be NONE") + ": " + spec.pooling());
        }
        return switch (spec.pooling()) {
            case NONE -> given.tensor();
            case LAST -> writer.reshape(writer.gather(given.tensor(), 1, given.frames() - 1), -1, given.dim());
            case MEAN -> writer.reshape(writer.mean(given.tensor(), 1), -1, given.dim());
            case MEAN_AND_DEVIATION -> {
                String mean = writer.mean(given.tensor(), 1);
                String centred = writer.node("Sub", List.of(given.tensor(), mean));
                String deviation = writer.deviation(centred, 1, 1e-8);
                yield writer.reshape(
                        writer.node("Concat", List.of(mean, deviation), GraphWriter.integer("axis", 2)),
                        -1,
                        2L * given.dim());
            }
        };
    }

    /// The same function for towers that take one window, or mix the windows of a batch: Scan runs it window by window,
    /// and from outside it takes any batch.
    static Written oneByOne(Written written, int windowSamples) {
        int opset = written.opset();
        if (opset < SCAN_OPSET) {
            throw new InvalidInputException("the tower takes one window at a time, which needs the operator set "
                    + SCAN_OPSET + " or newer; its files use " + opset + ": convert them (onnx.version_converter)");
        }
        GraphWriter body = new GraphWriter("window.", opset);
        GraphProto inner = written.model().getGraph();
        String row = "window.waveform";
        body.graph()
                .setName("window")
                .addInput(GraphWriter.value(row, windowSamples))
                .addOutput(GraphWriter.value("window.features", written.dim()));
        body.named(body.reshape(row, 1, windowSamples), WAVEFORM);
        body.graph()
                .addAllInitializer(inner.getInitializerList())
                .addAllSparseInitializer(inner.getSparseInitializerList())
                .addAllNode(inner.getNodeList());
        body.named(body.reshape(FEATURES, written.dim()), "window.features");
        GraphWriter outer = new GraphWriter("batch.", opset);
        String input = "batch.waveform";
        String all = outer.node(
                "Scan",
                List.of(input),
                GraphWriter.subgraph("body", body.graph().build()),
                GraphWriter.integer("num_scan_inputs", 1));
        GraphProto graph = outer.graph()
                .setName("tower")
                .addInput(GraphWriter.value(input, -1, windowSamples))
                .addOutput(GraphWriter.value(all, -1, written.dim()))
                .build();
        return new Written(written.model().toBuilder().setGraph(graph).build(), input, all, written.dim());
    }
}

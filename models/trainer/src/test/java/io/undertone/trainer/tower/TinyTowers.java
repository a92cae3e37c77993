package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.undertone.model.GraphWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Audio models of a few operators, with their manifests, as somebody else would export them.
public final class TinyTowers {

    static final int FRAME = 1_600;

    /// Values of a frame of [#frames].
    static final int DIM = 6;

    private TinyTowers() {}

    /// A tower in a folder, to be spoilt by tests.
    public static Path manifest(Path folder, String yaml) throws IOException {
        return Files.writeString(Files.createDirectories(folder).resolve("tower.yaml"), yaml);
    }

    /// `wave` `[batch, samples]` to `frames` `[batch, frames, DIM]`: filters of 100 ms, rectified, in the logarithm.
    public static byte[] frames(int opset) {
        return frames(opset, "batch", "samples");
    }

    /// The same with other axes of the input; one alone takes a single window.
    static byte[] frames(int opset, String... axes) {
        GraphWriter writer = new GraphWriter("", opset);
        String rows = axes.length == 1 ? writer.reshape("wave", 1, 1, -1) : writer.reshape("wave", 0, 1, -1);
        String filtered = writer.node(
                "Conv", List.of(rows, writer.floats(filters(), DIM, 1, FRAME)), GraphWriter.integers("strides", FRAME));
        String power = writer.add(writer.node("Mul", List.of(filtered, filtered)), 1e-3);
        String last = writer.node(
                "Transpose", List.of(writer.node("Log", List.of(power))), GraphWriter.integers("perm", 0, 2, 1));
        writer.named(last, "frames");
        return model(
                writer,
                opset,
                input("wave", axes),
                ValueInfoProto.newBuilder().setName("frames").build());
    }

    /// As [#frames], but less by the loudest value of the whole batch.
    static byte[] mixing() throws IOException {
        ModelProto frames = ModelProto.parseFrom(frames(13));
        var model = frames.toBuilder();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("ReduceMax")
                        .addInput("frames")
                        .addOutput("loudest")
                        .addAttribute(GraphWriter.integer("keepdims", 0)))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Sub")
                        .addInput("frames")
                        .addInput("loudest")
                        .addOutput("relative"))
                .clearOutput()
                .addOutput(ValueInfoProto.newBuilder().setName("relative"));
        return model.build().toByteArray();
    }

    /// `pieces` `[n, 5, DIM, 1]` to `vector` `[n, 1, 1, DIM]`: the mean over a piece.
    static byte[] pieces() {
        GraphWriter writer = new GraphWriter("", 13);
        String mean = writer.node(
                "ReduceMean", List.of("pieces"), GraphWriter.integers("axes", 1), GraphWriter.integer("keepdims", 1));
        writer.named(writer.node("Transpose", List.of(mean), GraphWriter.integers("perm", 0, 1, 3, 2)), "vector");
        return model(
                writer,
                13,
                GraphWriter.value("pieces", -1, 5, DIM, 1),
                ValueInfoProto.newBuilder().setName("vector").build());
    }

    /// `wave` `[batch, samples]` to `vector` `[batch, 2]`: mean and largest sample.
    static byte[] vector() {
        GraphWriter writer = new GraphWriter("", 13);
        AttributeProto keep = GraphWriter.integer("keepdims", 1);
        String mean = writer.node("ReduceMean", List.of("wave"), GraphWriter.integers("axes", 1), keep);
        String most = writer.node("ReduceMax", List.of("wave"), GraphWriter.integers("axes", 1), keep);
        writer.named(writer.node("Concat", List.of(mean, most), GraphWriter.integer("axis", 1)), "vector");
        return model(
                writer,
                13,
                input("wave", "batch", "samples"),
                ValueInfoProto.newBuilder().setName("vector").build());
    }

    /// `wave` to its logarithm: not a number below 0.
    static byte[] logarithm() {
        GraphWriter writer = new GraphWriter("", 13);
        writer.named(writer.node("Log", List.of("wave")), "vector");
        return model(
                writer,
                13,
                input("wave", "batch", "samples"),
                ValueInfoProto.newBuilder().setName("vector").build());
    }

    private static ValueInfoProto input(String name, String... axes) {
        var value = GraphWriter.value(name, new long[axes.length]).toBuilder();
        for (int i = 0; i < axes.length; i++) {
            value.getTypeBuilder()
                    .getTensorTypeBuilder()
                    .getShapeBuilder()
                    .getDimBuilder(i)
                    .setDimParam(axes[i]);
        }
        return value.build();
    }

    private static byte[] model(GraphWriter writer, int opset, ValueInfoProto input, ValueInfoProto output) {
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(2)) // as converters do
                .setGraph(writer.graph().setName("tiny").addInput(input).addOutput(output))
                .build()
                .toByteArray();
    }

    /// Sines of rising pitch.
    private static float[] filters() {
        float[] filters = new float[DIM * FRAME];
        for (int i = 0; i < filters.length; i++) {
            int filter = i / FRAME;
            double hertz = 120 * Math.pow(2, filter);
            filters[i] = (float) (Math.sin(2 * Math.PI * hertz * (i % FRAME) / 16_000) / Math.sqrt(FRAME));
        }
        return filters;
    }

    /// A manifest of one file `tower.onnx`.
    public static String yaml(String input, String output, String pooling) {
        return """
            name: tiny tower
            licence: Apache-2.0
            source: this test
            sample-rate-hz: 16000
            scale: 1
            normalise: NONE
            layout: BATCH_SAMPLES
            stages:
              - {file: tower.onnx, input: %s, output: %s}
            pooling: %s
            """.formatted(input, output, pooling);
    }
}

package io.undertone.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Makes the CPU round as a GPU does: every value that a rewritten model computes in 16 bits is computed in float32 and
/// then rounded. ONNX Runtime by itself runs such nodes in float32 on the CPU, and rounds only where the model has a
/// `Cast` of its own.
final class RoundedModel {

    private static final String HALF = "undertone.float16.";
    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
    private static final int FLOAT16 = TensorProto.DataType.FLOAT16.getNumber();

    private final GraphProto.Builder graph;

    private RoundedModel(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /// @param half what [HalfPrecisionModel] made
    static byte[] of(byte[] half) {
        try {
            ModelProto model = ModelProto.parseFrom(half);
            RoundedModel rounded =
                    new RoundedModel(model.getGraph().toBuilder().clearNode().clearInitializer());
            model.getGraph().getInitializerList().forEach(rounded::addWeight);
            model.getGraph().getNodeList().forEach(rounded::add);
            return model.toBuilder().setGraph(rounded.graph).build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not an ONNX model", e);
        }
    }

    private void addWeight(TensorProto weight) {
        if (!weight.getName().startsWith(HALF)) {
            graph.addInitializer(weight);
            return;
        }
        var halves = weight.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer floats = ByteBuffer.allocate(2 * halves.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (halves.hasRemaining()) {
            floats.putFloat(Float.float16ToFloat(halves.getShort()));
        }
        graph.addInitializer(weight.toBuilder().setDataType(FLOAT).setRawData(ByteString.copyFrom(floats.flip())));
    }

    private void add(NodeProto node) {
        String output = node.getOutput(0);
        if (!output.startsWith(HALF)) {
            boolean back = node.getOpType().equals("Cast") && node.getInput(0).startsWith(HALF);
            graph.addNode(back ? node("Identity", node.getInput(0), output).build() : node);
        } else if (node.getOpType().equals("Cast")) {
            round(node.getInput(0), output);
        } else {
            if (node.getOutputCount() > 1) {
                throw new IllegalArgumentException(node.getOpType() + " has more than one output");
            }
            graph.addNode(node.toBuilder().setOutput(0, output + ".exact"));
            round(output + ".exact", output);
        }
    }

    private void round(String from, String to) {
        graph.addNode(node("Cast", from, to + ".half").addAttribute(GraphWriter.integer("to", FLOAT16)));
        graph.addNode(node("Cast", to + ".half", to).addAttribute(GraphWriter.integer("to", FLOAT)));
    }

    private static NodeProto.Builder node(String operator, String from, String to) {
        return NodeProto.newBuilder()
                .setName("to " + to)
                .setOpType(operator)
                .addAllInput(List.of(from))
                .addOutput(to);
    }
}

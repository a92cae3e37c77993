package io.undertone.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Counts the multiplications of a graph, each with an addition: those of convolutions, matrix products and recurrent
/// layers, padding included. What is done value by value is left out, and so are the steps by which a quicker algorithm
/// than the plain one (Winograd's, say) would need fewer.
///
/// The shapes come from ONNX Runtime, which runs one window through the graph with a `Shape` behind every tensor that
/// matters: the only reader of ONNX files that knows the shape of everything.
final class MultiplyAdds {

    private static final String SHAPE_PREFIX = "undertone.shape.";
    private static final Set<String> COUNTED = Set.of(
            "Conv",
            "ConvInteger",
            "QLinearConv",
            "ConvTranspose",
            "Gemm",
            "MatMul",
            "MatMulInteger",
            "QLinearMatMul",
            "LSTM",
            "GRU",
            "RNN");

    /// These multiply too, in ways that shapes alone do not tell.
    private static final Set<String> OPAQUE = Set.of("Einsum", "DFT", "STFT", "DeformConv");

    private final Map<String, long[]> shapes; // of the tensors that counted nodes read and write

    private MultiplyAdds(Map<String, long[]> shapes) {
        this.shapes = shapes;
    }

    /// Of one window.
    ///
    /// @param model an ONNX file that was checked
    /// @return empty if a part of the graph cannot be counted: loops and other graphs inside, [#OPAQUE]
    static OptionalLong of(byte[] model, AudioEncoderFile names, int windowSamples) {
        ModelProto parsed = parse(model, names.file());
        List<NodeProto> nodes = parsed.getGraph().getNodeList();
        if (nodes.stream().anyMatch(MultiplyAdds::isOpaque)) {
            return OptionalLong.empty();
        }
        List<NodeProto> counted = nodes.stream()
                .filter(node -> COUNTED.contains(node.getOpType()))
                .toList();
        if (counted.isEmpty()) {
            return OptionalLong.of(0);
        }
        MultiplyAdds counter = new MultiplyAdds(shapes(parsed, counted, names, windowSamples));
        return OptionalLong.of(counted.stream().mapToLong(counter::of).sum());
    }

    private static ModelProto parse(byte[] model, String file) {
        try {
            return ModelProto.parseFrom(model);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(file + " is not an ONNX model: " + e.getMessage(), e);
        }
    }

    private static boolean isOpaque(NodeProto node) {
        return OPAQUE.contains(node.getOpType())
                || node.getAttributeList().stream()
                        .anyMatch(attribute -> attribute.hasG() || attribute.getGraphsCount() > 0);
    }

    private long of(NodeProto node) {
        long[] first = shape(node.getInput(0));
        return switch (node.getOpType()) {
            case "Conv", "ConvInteger" -> convolution(node, node.getInput(1));
            case "QLinearConv" -> convolution(node, node.getInput(3));
            case "ConvTranspose" -> product(first) * product(shape(node.getInput(1))) / first[1];
            case "MatMul", "MatMulInteger", "QLinearMatMul" ->
                product(shape(node.getOutput(0))) * first[first.length - 1];
            case "Gemm" -> product(shape(node.getOutput(0))) * first[isSet(node, "transA") ? 0 : 1];
            case "LSTM", "GRU", "RNN" ->
                first[0] * first[1] * (product(shape(node.getInput(1))) + product(shape(node.getInput(2))));
            default -> throw new IllegalStateException(node.getOpType() + " is not counted");
        };
    }

    /// Every value of the output takes the weights of its channel: `[out, in / groups, kernel...]`.
    private long convolution(NodeProto node, String weights) {
        long[] filters = shape(weights);
        return product(shape(node.getOutput(0))) * product(filters) / filters[0];
    }

    private static boolean isSet(NodeProto node, String attribute) {
        return node.getAttributeList().stream()
                .filter(candidate -> candidate.getName().equals(attribute))
                .mapToLong(AttributeProto::getI)
                .anyMatch(value -> value != 0);
    }

    private static long product(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private long[] shape(String tensor) {
        long[] shape = shapes.get(tensor);
        if (shape == null) {
            throw new IllegalStateException("the shape of " + tensor + " was not asked for");
        }
        return shape;
    }

    private static Map<String, long[]> shapes(
            ModelProto model, List<NodeProto> nodes, AudioEncoderFile names, int windowSamples) {
        Map<String, String> asked = new LinkedHashMap<>(); // tensor -> output that holds its shape
        for (NodeProto node : nodes) {
            node.getInputList().stream()
                    .filter(tensor -> !tensor.isEmpty())
                    .forEach(tensor -> asked.putIfAbsent(tensor, SHAPE_PREFIX + asked.size()));
            asked.putIfAbsent(node.getOutput(0), SHAPE_PREFIX + asked.size());
        }
        byte[] asking = asking(model, asked).toByteArray();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        FloatBuffer silence = OnnxSessions.buffer(1, windowSamples);
        try (var options = OnnxSessions.cpuOptions(1);
                var session = OnnxSessions.environment().createSession(asking, options);
                var window =
                        OnnxTensor.createTensor(OnnxSessions.environment(), silence, new long[] {1, windowSamples});
                var result = session.run(Map.of(names.input().name(), window), Set.copyOf(asked.values()))) {
            for (Map.Entry<String, String> entry : asked.entrySet()) {
                OnnxTensor shape = (OnnxTensor) result.get(entry.getValue()).orElseThrow();
                LongBuffer sizes = shape.getLongBuffer();
                long[] copy = new long[sizes.remaining()];
                sizes.get(copy);
                shapes.put(entry.getKey(), copy);
            }
            return shapes;
        } catch (OrtException e) {
            throw new InvalidInputException(names.file() + " does not run: " + OnnxSessions.firstLine(e), e);
        }
    }

    private static ModelProto asking(ModelProto model, Map<String, String> asked) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        asked.forEach((tensor, output) -> graph.addNode(NodeProto.newBuilder()
                        .setName(output)
                        .setOpType("Shape")
                        .addInput(tensor)
                        .addOutput(output))
                .addOutput(ValueInfoProto.newBuilder()
                        .setName(output)
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder()
                                        .setElemType(TensorProto.DataType.INT64.getNumber())
                                        .setShape(TensorShapeProto.newBuilder()
                                                .addDim(TensorShapeProto.Dimension.getDefaultInstance()))))));
        return model.toBuilder().setGraph(graph).build();
    }
}

package io.undertone.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.undertone.audio.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns an encoder of float32 into one that computes in 16-bit floats what [HalfPrecision] says. Inputs and outputs
/// stay float32, a `Cast` stands wherever the type changes, and weights are stored in 16 bits: half of the memory, and
/// on a GPU the tensor cores.
///
/// Values between -65504 and 65504 can be stored; what is not 0 but would become 0 (an epsilon of 1e-12 against a
/// division by zero) becomes the smallest number that there is, 6e-8.
final class HalfPrecisionModel {

    private static final String PREFIX = "undertone.float16.";
    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
    private static final int FLOAT16 = TensorProto.DataType.FLOAT16.getNumber();

    /// From here on initializers need not be inputs too.
    private static final int IR_WITH_OWN_WEIGHTS = 4;

    /// Do not look at values.
    private static final Set<String> READ_ANY_TYPE = Set.of("Shape", "Size");

    private final String file;
    private final HalfPrecision.Plan plan;
    private final Map<String, TensorProto> weights = new LinkedHashMap<>();
    private final Set<String> halves = new HashSet<>(); // tensors of which there is one in 16 bits
    private final Set<String> made = new HashSet<>(); // of these, those that are computed in 16 bits
    private final Map<String, TensorProto> stored = new LinkedHashMap<>();
    private final List<NodeProto> nodes = new ArrayList<>();

    private HalfPrecisionModel(String file, HalfPrecision.Plan plan) {
        this.file = file;
        this.plan = plan;
    }

    /// @param file for the error
    /// @param float32 an ONNX file that was checked
    /// @throws InvalidInputException if the graph cannot be computed so, with what stands in the way
    static byte[] of(String file, byte[] float32) {
        try {
            ModelProto model = withConstantsAsWeights(ModelProto.parseFrom(float32));
            return new HalfPrecisionModel(file, HalfPrecision.plan(file, model))
                    .rewrite(model)
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(file + " is not an ONNX model: " + e.getMessage(), e);
        }
    }

    private static ModelProto withConstantsAsWeights(ModelProto model) {
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        for (NodeProto node : model.getGraph().getNodeList()) {
            TensorProto constant = floatConstant(node);
            if (constant.getDataType() == FLOAT) {
                graph.addInitializer(constant);
            } else {
                graph.addNode(node);
            }
        }
        return model.toBuilder().setGraph(graph).build();
    }

    /// @return without a type if the node is no constant of 32-bit floats
    private static TensorProto floatConstant(NodeProto node) {
        TensorProto.Builder tensor = TensorProto.newBuilder();
        if (node.getOpType().equals("Constant") && node.getAttributeCount() == 1) {
            AttributeProto value = node.getAttribute(0);
            switch (value.getName()) {
                case "value" -> tensor = value.getT().toBuilder();
                case "value_float" -> tensor.setDataType(FLOAT).addFloatData(value.getF());
                case "value_floats" ->
                    tensor.setDataType(FLOAT).addDims(value.getFloatsCount()).addAllFloatData(value.getFloatsList());
                default -> {} // sparse, or of another type
            }
            tensor.setName(node.getOutput(0));
        }
        return tensor.build();
    }

    private ModelProto rewrite(ModelProto model) {
        GraphProto graph = model.getGraph();
        graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            if (plan.nodes().contains(node)) {
                inHalves(node);
            } else {
                inFloats(node);
            }
        }
        graph.getOutputList().forEach(output -> needFloat(output.getName()));
        return model.toBuilder()
                .setIrVersion(Math.max(model.getIrVersion(), IR_WITH_OWN_WEIGHTS))
                .setGraph(graph.toBuilder()
                        .clearNode()
                        .addAllNode(nodes)
                        .clearInitializer()
                        .addAllInitializer(usedWeights(graph))
                        .clearInput()
                        .addAllInput(ownInputs(graph))
                        .clearValueInfo())
                .build();
    }

    private void inHalves(NodeProto node) {
        NodeProto.Builder half = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            if (plan.floats().contains(node.getInput(i))) {
                half.setInput(i, half(node.getInput(i), node));
            }
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (plan.floats().contains(node.getOutput(i))) {
                halves.add(node.getOutput(i));
                made.add(node.getOutput(i));
                half.setOutput(i, PREFIX + node.getOutput(i));
            }
        }
        if (node.getOpType().equals("Cast")) {
            half.clearAttribute().addAttribute(GraphWriter.integer("to", FLOAT16));
        }
        nodes.add(half.build());
    }

    private void inFloats(NodeProto node) {
        if (!READ_ANY_TYPE.contains(node.getOpType())) {
            node.getInputList().forEach(this::needFloat);
            nodes.add(node);
        } else if (made.contains(node.getInput(0))) {
            nodes.add(node.toBuilder().setInput(0, PREFIX + node.getInput(0)).build());
        } else {
            nodes.add(node);
        }
    }

    /// A tensor in 16 bits, cast or stored if nobody made it so.
    private String half(String tensor, NodeProto reader) {
        if (halves.add(tensor)) {
            TensorProto weight = weights.get(tensor);
            if (weight == null) {
                cast(tensor, PREFIX + tensor, FLOAT16);
            } else {
                stored.put(tensor, inHalves(weight, reader));
            }
        }
        return PREFIX + tensor;
    }

    private void needFloat(String tensor) {
        if (made.remove(tensor)) {
            cast(PREFIX + tensor, tensor, FLOAT);
        }
    }

    private void cast(String from, String to, int type) {
        nodes.add(NodeProto.newBuilder()
                .setName(PREFIX + "cast." + nodes.size())
                .setOpType("Cast")
                .addInput(from)
                .addOutput(to)
                .addAttribute(GraphWriter.integer("to", type))
                .build());
    }

    private TensorProto inHalves(TensorProto weight, NodeProto reader) {
        FloatBuffer values = floats(weight);
        ByteBuffer bytes = ByteBuffer.allocate(values.remaining() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            float value = values.get();
            short half = Float.floatToFloat16(value);
            float back = Float.float16ToFloat(half);
            if (Float.isInfinite(back) && Float.isFinite(value)) {
                throw new InvalidInputException(file + " cannot be computed in float16: '" + weight.getName() + "' of "
                        + HalfPrecision.named(reader) + " holds " + value
                        + "; 16-bit floats must be in [-65504, 65504]");
            }
            bytes.putShort(back == 0 && value != 0 ? smallest(value) : half);
        }
        return TensorProto.newBuilder()
                .setName(PREFIX + weight.getName())
                .addAllDims(weight.getDimsList())
                .setDataType(FLOAT16)
                .setRawData(ByteString.copyFrom(bytes.flip()))
                .build();
    }

    /// Of the sign of a value.
    private static short smallest(float value) {
        return Float.floatToFloat16(Math.copySign(0x1p-24f, value));
    }

    private static FloatBuffer floats(TensorProto tensor) {
        if (tensor.getFloatDataCount() == 0) {
            return tensor.getRawData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
        }
        FloatBuffer values = FloatBuffer.allocate(tensor.getFloatDataCount());
        tensor.getFloatDataList().forEach(values::put);
        return values.flip();
    }

    private List<TensorProto> usedWeights(GraphProto graph) {
        Set<String> used = new HashSet<>();
        nodes.forEach(node -> used.addAll(node.getInputList()));
        graph.getOutputList().forEach(output -> used.add(output.getName()));
        List<TensorProto> kept = new ArrayList<>(stored.values());
        weights.values().stream()
                .filter(weight -> used.contains(weight.getName()))
                .forEach(kept::add);
        return kept;
    }

    /// Without weights, which were inputs too in old files.
    private List<ValueInfoProto> ownInputs(GraphProto graph) {
        return graph.getInputList().stream()
                .filter(input -> !weights.containsKey(input.getName()))
                .toList();
    }
}

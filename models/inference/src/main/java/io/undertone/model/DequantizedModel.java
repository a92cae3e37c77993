package io.undertone.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Turns a dynamically quantised ONNX model into one that multiplies in float32 with the same 8-bit weights.
///
/// A dynamically quantised model rounds its activations to 8 bits on a scale taken from the whole tensor: a
/// last bit that differs (another processor, another version of the runtime, a fused kernel) becomes a step.
/// Seen on one machine: values moved by 0.015 and the cosine with itself fell to 0.996 when kernels were fused.
/// In float32 they agree to 1e-6.
///
/// Every `DynamicQuantizeLinear -> MatMulInteger` becomes a `MatMul` of the float activations with the widened weights;
/// the scale behind it, activation scale times weight scale, becomes the weight scale alone.
final class DequantizedModel {

    private static final int INT8 = TensorProto.DataType.INT8.getNumber();

    private final Map<String, TensorProto> weights = new HashMap<>();
    private final Map<String, String> floatOf = new HashMap<>(); // quantised activation -> the float behind it
    private final Set<String> activationScales = new HashSet<>();
    private final Set<String> widened = new HashSet<>();

    private DequantizedModel() {}

    static byte[] of(byte[] quantized) {
        try {
            return new DequantizedModel()
                    .rewrite(ModelProto.parseFrom(quantized))
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not an ONNX model", e);
        }
    }

    private ModelProto rewrite(ModelProto model) {
        GraphProto graph = model.getGraph();
        graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("DynamicQuantizeLinear")) {
                floatOf.put(node.getOutput(0), node.getInput(0));
                activationScales.add(node.getOutput(1));
            }
        }
        GraphProto.Builder rewritten =
                graph.toBuilder().clearNode().clearInitializer().clearValueInfo();
        for (NodeProto node : graph.getNodeList()) {
            switch (node.getOpType()) {
                case "DynamicQuantizeLinear" -> {} // nobody reads it any more
                case "MatMulInteger" -> rewritten.addNode(floatMatMul(node, rewritten));
                case "Mul" -> rewritten.addNode(withoutActivationScale(node));
                default -> rewritten.addNode(node);
            }
        }
        addUsedWeights(rewritten);
        return model.toBuilder().setGraph(rewritten).build();
    }

    private NodeProto floatMatMul(NodeProto node, GraphProto.Builder graph) {
        String activations = floatOf.get(node.getInput(0));
        TensorProto weight = weights.get(node.getInput(1));
        TensorProto zeroPoint = weights.get(node.getInput(3));
        if (activations == null || weight == null || zeroPoint == null || weight.getDataType() != INT8) {
            throw new IllegalArgumentException("node " + node.getName() + " is not a dynamically quantised MatMul");
        }
        String name = weight.getName() + "_float";
        if (widened.add(name)) {
            graph.addInitializer(widened(weight, zeroPoint, name));
        }
        return node.toBuilder()
                .setOpType("MatMul")
                .clearInput()
                .addInput(activations)
                .addInput(name)
                .build();
    }

    private NodeProto withoutActivationScale(NodeProto mul) {
        for (int i = 0; i < 2; i++) {
            if (activationScales.contains(mul.getInput(i))) {
                return mul.toBuilder()
                        .setOpType("Identity")
                        .clearInput()
                        .addInput(mul.getInput(1 - i))
                        .build();
            }
        }
        return mul;
    }

    /// Weight minus zero point, as float32: `[in, out]`, one zero point for each column (or one for all).
    private static TensorProto widened(TensorProto weight, TensorProto zeroPoint, String name) {
        byte[] values = int8Values(weight);
        byte[] zeros = int8Values(zeroPoint);
        if (weight.getDimsCount() != 2
                || values.length != weight.getDims(0) * weight.getDims(1)
                || (zeros.length != 1 && zeros.length != weight.getDims(1))) {
            throw new IllegalArgumentException("quantised weight " + weight.getName() + " is not [in, out] int8");
        }
        ByteBuffer floats = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            floats.putFloat(values[i] - zeros[i % zeros.length]);
        }
        return TensorProto.newBuilder()
                .setName(name)
                .addAllDims(weight.getDimsList())
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(floats.flip()))
                .build();
    }

    /// ONNX stores small integers packed, or one an int32.
    private static byte[] int8Values(TensorProto tensor) {
        if (tensor.getInt32DataCount() == 0) {
            return tensor.getRawData().toByteArray();
        }
        byte[] values = new byte[tensor.getInt32DataCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) tensor.getInt32Data(i);
        }
        return values;
    }

    private void addUsedWeights(GraphProto.Builder graph) {
        Set<String> used = new HashSet<>();
        graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
        for (TensorProto weight : weights.values()) {
            if (used.contains(weight.getName())) {
                graph.addInitializer(weight);
            }
        }
    }
}

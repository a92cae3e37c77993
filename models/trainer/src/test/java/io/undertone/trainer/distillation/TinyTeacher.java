package io.undertone.trainer.distillation;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/// A real small network that takes a waveform: the mean of every 160 samples and twice that, as frames.
public final class TinyTeacher {

    /// A tensor inside of the graph.
    public static final String INNER = "inner";

    /// The graph's output: the same frames again.
    public static final String OUTPUT = "frames";

    private TinyTeacher() {}

    public static byte[] onnx() {
        TensorProto.Builder kernel = TensorProto.newBuilder()
                .setName("kernel")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(List.of(2L, 1L, 160L));
        for (int i = 0; i < 320; i++) {
            kernel.addFloatData(i < 160 ? 1 / 160f : 2 / 160f);
        }
        TensorProto axis = TensorProto.newBuilder()
                .setName("axis")
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(1)
                .build();
        GraphProto graph = GraphProto.newBuilder()
                .setName("teacher")
                .addInput(value("waveform", "batch", "samples"))
                .addInitializer(kernel)
                .addInitializer(axis)
                .addNode(node("Unsqueeze", "channels", List.of("waveform", "axis")))
                .addNode(node("Conv", "means", List.of("channels", "kernel"), ints("strides", 160)))
                .addNode(node("Transpose", INNER, List.of("means"), ints("perm", 0, 2, 1)))
                .addNode(node("Identity", OUTPUT, List.of(INNER)))
                .addOutput(value(OUTPUT, "batch", "time", "values"))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static NodeProto node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build();
    }

    private static AttributeProto ints(String name, long... values) {
        var attribute = AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static ValueInfoProto value(String name, String... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dim : dims) {
            shape.addDim(Dimension.newBuilder().setDimParam(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}

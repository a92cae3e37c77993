package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes what stands around and between the files of a tower, in operators that mean the same in every operator set
/// from 7 on, or in the form that the given set wants. Owned by one thread.
final class GraphWriter {

    /// From here on reductions take their axes as an input.
    private static final int AXES_AS_INPUT = 18;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final String prefix;
    private final int opset;
    private int names;

    /// @param prefix of all names that are made
    GraphWriter(String prefix, int opset) {
        this.prefix = prefix;
        this.opset = opset;
    }

    GraphProto.Builder graph() {
        return graph;
    }

    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = prefix + operator + names++;
        graph.addNode(NodeProto.newBuilder()
                .setName(output)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    /// Gives a tensor its public name.
    void named(String tensor, String name) {
        graph.addNode(NodeProto.newBuilder()
                .setName(prefix + name)
                .setOpType("Identity")
                .addInput(tensor)
                .addOutput(name));
    }

    String multiply(String x, double factor) {
        return factor == 1 ? x : node("Mul", List.of(x, floats(new float[] {(float) factor})));
    }

    String add(String x, double summand) {
        return summand == 0 ? x : node("Add", List.of(x, floats(new float[] {(float) summand})));
    }

    /// @param shape 0 keeps an axis, -1 takes what is left
    String reshape(String x, long... shape) {
        return node("Reshape", List.of(x, longs(shape, shape.length)));
    }

    /// Mean over one axis, which stays as an axis of length 1.
    String mean(String x, int axis) {
        AttributeProto keep = integer("keepdims", 1);
        return opset < AXES_AS_INPUT
                ? node("ReduceMean", List.of(x), integers("axes", axis), keep)
                : node("ReduceMean", List.of(x, longs(new long[] {axis}, 1)), keep);
    }

    /// Of x around its mean over one axis, which stays.
    ///
    /// @param added to the variance before the root
    String deviation(String centred, int axis, double added) {
        return node("Sqrt", List.of(add(mean(node("Mul", List.of(centred, centred)), axis), added)));
    }

    String gather(String x, int axis, long... indexes) {
        return node("Gather", List.of(x, longs(indexes, indexes.length)), integer("axis", axis));
    }

    String floats(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return store(TensorProto.DataType.FLOAT, bytes, shape);
    }

    private String longs(long[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return store(TensorProto.DataType.INT64, bytes, shape);
    }

    private String store(TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        String name = prefix + "constant" + names++;
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return name;
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto integers(String name, long... values) {
        var attribute = AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto subgraph(String name, GraphProto graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph)
                .build();
    }

    /// An input or output of 32-bit floats.
    ///
    /// @param shape -1 for the axis of the batch
    static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder axes = TensorShapeProto.newBuilder();
        for (long size : shape) {
            var axis = TensorShapeProto.Dimension.newBuilder();
            axes.addDim(size < 0 ? axis.setDimParam("batch") : axis.setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(axes)))
                .build();
    }
}

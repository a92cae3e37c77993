package io.undertone.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes an ONNX graph node by node, in operators that mean the same in every operator set from 7 on, or in the form
/// that the given set wants. For whoever makes graphs; the tagger only reads them. Owned by one thread.
public final class GraphWriter {

    /// From here on reductions take their axes as an input.
    private static final int AXES_AS_INPUT = 18;

    /// Of [#toModel].
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final String prefix;
    private final int opset;
    private int names;

    /// @param prefix of all names that are made
    public GraphWriter(String prefix, int opset) {
        this.prefix = prefix;
        this.opset = opset;
    }

    public GraphProto.Builder graph() {
        return graph;
    }

    /// The whole file, of a graph that nobody else writes on.
    public byte[] toModel(String name, ValueInfoProto input, ValueInfoProto... outputs) {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph.setName(name).addInput(input).addAllOutput(List.of(outputs)))
                .build()
                .toByteArray();
    }

    public String node(String operator, List<String> inputs, AttributeProto... attributes) {
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
    public void named(String tensor, String name) {
        graph.addNode(NodeProto.newBuilder()
                .setName(prefix + name)
                .setOpType("Identity")
                .addInput(tensor)
                .addOutput(name));
    }

    public String multiply(String x, double factor) {
        return factor == 1 ? x : node("Mul", List.of(x, floats(new float[] {(float) factor})));
    }

    public String add(String x, double summand) {
        return summand == 0 ? x : node("Add", List.of(x, floats(new float[] {(float) summand})));
    }

    /// @param shape 0 keeps an axis, -1 takes what is left
    public String reshape(String x, long... shape) {
        return node("Reshape", List.of(x, longs(shape, shape.length)));
    }

    /// Mean over one axis, which stays as an axis of length 1.
    public String mean(String x, int axis) {
        AttributeProto keep = integer("keepdims", 1);
        return opset < AXES_AS_INPUT
                ? node("ReduceMean", List.of(x), integers("axes", axis), keep)
                : node("ReduceMean", List.of(x, longs(new long[] {axis}, 1)), keep);
    }

    /// Of x around its mean over one axis, which stays.
    ///
    /// @param added to the variance before the root
    public String deviation(String centred, int axis, double added) {
        return node("Sqrt", List.of(add(mean(node("Mul", List.of(centred, centred)), axis), added)));
    }

    public String gather(String x, int axis, long... indexes) {
        return node("Gather", List.of(x, longs(indexes, indexes.length)), integer("axis", axis));
    }

    public String floats(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return store(TensorProto.DataType.FLOAT, bytes, shape);
    }

    /// 16-bit floats.
    public String halves(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return store(TensorProto.DataType.FLOAT16, bytes.flip(), shape);
    }

    public String longs(long[] values, long... shape) {
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

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto decimal(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    public static AttributeProto integers(String name, long... values) {
        var attribute = AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public static AttributeProto subgraph(String name, GraphProto graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph)
                .build();
    }

    /// An input or output of 32-bit floats.
    ///
    /// @param shape -1 for the axis of the batch
    public static ValueInfoProto value(String name, long... shape) {
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

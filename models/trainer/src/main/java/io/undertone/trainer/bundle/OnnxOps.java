package io.undertone.trainer.bundle;

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
import io.undertone.model.GraphWriter;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.NetworkOps;
import io.undertone.trainer.network.Weights;
import io.undertone.trainer.tower.FrozenTower;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes a forward pass down as an ONNX graph: a tensor is the name of a node's output. Operators of the
/// standard domain only, opset 17, all of which the CPU and CUDA providers of ONNX Runtime have. Weights are
/// stored in the file as they are first used.
public final class OnnxOps implements NetworkOps<String> {

    /// Begins the name of each weight in a graph.
    static final String WEIGHT = "weight.";

    /// Ends the name of those that are stored as 16-bit floats.
    static final String HALF = ".half";

    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    /// From these operator sets on, operators take their axes as an input.
    private static final int SUM_AXES_AS_INPUT = 13;

    private static final int MEAN_AXES_AS_INPUT = 18;

    /// Tensors of fewer values are stored as they are.
    private static final int SMALL = 1_000;

    private final Weights weights;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> stored = new HashSet<>();
    private int nodes;
    private int opset = OPSET;
    private int irVersion = IR_VERSION;

    public OnnxOps(Weights weights, String graphName) {
        this.weights = weights;
        graph.setName(graphName);
    }

    /// Declares an input of 32-bit floats; a dimension is a number, or the name of a free one.
    public String input(String name, List<String> dims) {
        graph.addInput(value(name, dims));
        return name;
    }

    /// Gives a tensor its public name.
    public void output(String tensor, String name, List<String> dims) {
        add("Identity", name, List.of(tensor));
        graph.addOutput(value(name, dims));
    }

    /// The whole file.
    public byte[] toBytes() {
        return ModelProto.newBuilder()
                .setIrVersion(irVersion)
                .setProducerName("undertone-trainer")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto value(String name, List<String> dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dim : dims) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            if (Character.isDigit(dim.charAt(0))) {
                dimension.setDimValue(Long.parseLong(dim));
            } else {
                dimension.setDimParam(dim);
            }
            shape.addDim(dimension);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }

    private String node(String operator, List<String> inputs, AttributeProto... attributes) {
        return add(operator, "t" + nodes, inputs, attributes);
    }

    private String add(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName(operator + "_" + nodes++)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private String weight(String weight) {
        String name = WEIGHT + weight; // "affect" is a weight, and an output too
        if (stored.add(name)) {
            float[] values = weights.values(weight);
            if (values.length > SMALL && fitsHalfPrecision(values)) {
                halves(name + HALF, values, weights.shape(weight));
                add(
                        "Cast",
                        name,
                        List.of(name + HALF),
                        GraphWriter.integer("to", TensorProto.DataType.FLOAT.getNumber()));
            } else {
                floats(name, values, weights.shape(weight));
            }
        }
        return name;
    }

    private static boolean fitsHalfPrecision(float[] values) {
        for (float value : values) {
            if (Float.float16ToFloat(Float.floatToFloat16(value)) != value) {
                return false;
            }
        }
        return true;
    }

    /// 16-bit floats, where they hold the same values: the fixed filters.
    private void halves(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        store(name, TensorProto.DataType.FLOAT16, bytes.flip(), shape);
    }

    private String scalar(float value) {
        String name = "scalar_" + value;
        if (stored.add(name)) {
            floats(name, new float[] {value});
        }
        return name;
    }

    private void floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        store(name, TensorProto.DataType.FLOAT, bytes, shape);
    }

    private void store(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
    }

    private String longs(long... values) {
        StringBuilder name = new StringBuilder("int64");
        for (long value : values) {
            name.append('_').append(value);
        }
        if (stored.add(name.toString())) {
            TensorProto.Builder tensor = TensorProto.newBuilder()
                    .setName(name.toString())
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addDims(values.length);
            for (long value : values) {
                tensor.addInt64Data(value);
            }
            graph.addInitializer(tensor);
        }
        return name.toString();
    }

    @Override
    public String conv1d(String x, String weight, @Nullable String bias, int stride, int padding) {
        List<String> inputs = bias == null ? List.of(x, weight(weight)) : List.of(x, weight(weight), weight(bias));
        return node(
                "Conv",
                inputs,
                GraphWriter.integers("kernel_shape", weights.shape(weight)[2]),
                GraphWriter.integers("strides", stride),
                GraphWriter.integers("pads", padding, padding));
    }

    @Override
    public String conv2d(String x, String weight, int strideBands, int strideTime, int padding) {
        long[] shape = weights.shape(weight);
        return node(
                "Conv",
                List.of(x, weight(weight)),
                GraphWriter.integers("kernel_shape", shape[2], shape[3]),
                GraphWriter.integers("strides", strideBands, strideTime),
                GraphWriter.integers("pads", padding, padding, padding, padding));
    }

    @Override
    public String batchNorm(String x, String name) {
        return node(
                "BatchNormalization",
                List.of(
                        x,
                        weight(name + ".gamma"),
                        weight(name + ".beta"),
                        weight(name + ".mean"),
                        weight(name + ".var")),
                GraphWriter.decimal("epsilon", DjlOps.EPSILON));
    }

    @Override
    public String points(String x, String name) {
        return batchNorm(x, name); // the one kind that bundles are written with
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return node("Gemm", List.of(x, weight(weight), weight(bias)), GraphWriter.integer("transB", 1));
    }

    @Override
    public String relu(String x) {
        return node("Relu", List.of(x));
    }

    @Override
    public String tanh(String x) {
        return node("Tanh", List.of(x));
    }

    @Override
    public String log(String x) {
        return node("Log", List.of(x));
    }

    @Override
    public String sqrt(String x) {
        return node("Sqrt", List.of(x));
    }

    @Override
    public String softmaxLast(String x) {
        return node("Softmax", List.of(x), GraphWriter.integer("axis", -1));
    }

    @Override
    public String add(String x, String y) {
        return node("Add", List.of(x, y));
    }

    @Override
    public String sub(String x, String y) {
        return node("Sub", List.of(x, y));
    }

    @Override
    public String mul(String x, String y) {
        return node("Mul", List.of(x, y));
    }

    @Override
    public String div(String x, String y) {
        return node("Div", List.of(x, y));
    }

    @Override
    public String addScalar(String x, float value) {
        return node("Add", List.of(x, scalar(value)));
    }

    @Override
    public String mulScalar(String x, float value) {
        return node("Mul", List.of(x, scalar(value)));
    }

    @Override
    public String atLeast(String x, float value) {
        return node("Max", List.of(x, scalar(value)));
    }

    @Override
    public String sum(String x, int axis, boolean keepAxis) {
        AttributeProto keep = GraphWriter.integer("keepdims", keepAxis ? 1 : 0);
        return opset < SUM_AXES_AS_INPUT
                ? node("ReduceSum", List.of(x), GraphWriter.integers("axes", axis), keep)
                : node("ReduceSum", List.of(x, longs(axis)), keep);
    }

    @Override
    public String meanOfEach(String x) {
        AttributeProto keep = GraphWriter.integer("keepdims", 1);
        return opset < MEAN_AXES_AS_INPUT
                ? node("ReduceMean", List.of(x), GraphWriter.integers("axes", 1, 2), keep)
                : node("ReduceMean", List.of(x, longs(1, 2)), keep);
    }

    @Override
    public String expandAxis(String x, int axis) {
        return opset < SUM_AXES_AS_INPUT
                ? node("Unsqueeze", List.of(x), GraphWriter.integers("axes", axis))
                : node("Unsqueeze", List.of(x, longs(axis)));
    }

    @Override
    public String mergeBands(String x, int channelsTimesBands) {
        return node("Reshape", List.of(x, longs(0, channelsTimesBands, -1)));
    }

    /// Writes the tower's own graph down. Must come first: from there on the tower's operator set is written.
    @Override
    public String frozen(FrozenTower tower, String waveform) {
        if (nodes > 0) {
            throw new IllegalStateException("a tower must be written before anything else: " + nodes + " nodes");
        }
        ModelProto model = tower.graph();
        splice(model, waveform);
        return model.getGraph().getOutput(0).getName();
    }

    /// Writes a whole graph down. Its names must not be those of this one.
    ///
    /// @param input tensor that goes into its only input
    void splice(ModelProto model, String input) {
        opset = (int) model.getOpsetImport(0).getVersion();
        irVersion = (int) model.getIrVersion();
        add("Identity", model.getGraph().getInput(0).getName(), List.of(input));
        graph.addAllInitializer(model.getGraph().getInitializerList());
        graph.addAllSparseInitializer(model.getGraph().getSparseInitializerList());
        graph.addAllNode(model.getGraph().getNodeList());
    }

    @Override
    public String concat(String x, String y) {
        return node("Concat", List.of(x, y), GraphWriter.integer("axis", 1));
    }
}

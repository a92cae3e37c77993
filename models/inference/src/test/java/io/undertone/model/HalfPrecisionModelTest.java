package io.undertone.model;

import static io.undertone.model.GraphWriter.integer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.undertone.audio.InvalidInputException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Small graphs, one for each rule. The input is a window of eight samples, each matrix is 8 x 8.
class HalfPrecisionModelTest {

    private static final int SIZE = 8;
    private static final int FLOAT16 = TensorProto.DataType.FLOAT16.getNumber();

    private final GraphWriter writer = new GraphWriter("t.", 17);
    private final Random random = new Random(1);

    @Test
    void shouldComputeInHalvesFromTheFirstToTheLastProductBehindTheLogarithm() {
        String spectrum = product("waveform");
        String power = writer.node("Mul", List.of(spectrum, spectrum));
        String scaled = writer.multiply(writer.node("Log", List.of(writer.add(power, 1e-6))), 0.3);
        String x = product(writer.node("Relu", List.of(product(scaled))));
        byte[] model = model(writer.node("Tanh", List.of(x)));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Relu", "MatMul");
        assertThat(casts(half)).as("one in front, one behind").hasSize(2);
        assertThat(typesOfMatrices(half)).containsExactly(FLOAT16, FLOAT16, TensorProto.DataType.FLOAT.getNumber());
        float[] quiet = {1e-4f, -2e-4f, 3e-4f, 0, 0, 1e-5f, 0, 0}; // powers of 1e-8 and less
        assertThat(run(rounded(half), quiet)).containsExactly(run(model, quiet), within(2e-3f));
    }

    @Test
    void shouldBeginWithTheFirstProductWhereThereIsNoLogarithm() {
        String level = writer.node("Sub", List.of("waveform", writer.mean("waveform", 1)));
        String x = writer.node("Sigmoid", List.of(product(writer.multiply(level, 1000))));
        byte[] model = model(product(x));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Sigmoid", "MatMul");
        assertThat(run(rounded(half), samples(1e-3f))).containsExactly(run(model, samples(1e-3f)), within(0.01f));
    }

    /// Of values around 300 the squares are beyond 65504.
    @Test
    void shouldTakeRootsOfSquaresInFloat32() {
        String x = writer.node("Relu", List.of(product(writer.multiply("waveform", 300))));
        String centred = writer.node("Sub", List.of(x, writer.mean(x, 1)));
        String unit = writer.node("Div", List.of(centred, writer.deviation(centred, 1, 1e-5)));
        byte[] model = model(product(writer.node("Tanh", List.of(unit))));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Relu", "Div", "Tanh", "MatMul");
        float[] loud = samples(1);
        assertThat(run(rounded(half), loud)).containsExactly(run(model, loud), within(0.01f));
    }

    @Test
    void shouldLeaveOperatorsInFloat32ThatKnowNoHalves() {
        String sums =
                writer.node("CumSum", List.of(product("waveform"), writer.longs(new long[] {1}))); // since set 11 only
        byte[] model = model(product(writer.node("Relu", List.of(sums))));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Relu", "MatMul");
        assertThat(casts(half)).as("in front of and behind every run of halves").hasSize(4);
        assertThat(run(rounded(half), samples(1))).containsExactly(run(model, samples(1)), within(0.02f));
    }

    /// 50,001 is 49,984 or 50,016 in 16 bits.
    @Test
    void shouldMakeFloatsOfIntegersInFloat32AndReadShapesOfHalves() {
        String x = product("waveform");
        String size = writer.node("Size", List.of(x));
        String many = writer.node(
                "Add", List.of(size, writer.longs(new long[] {49_993}))); // with the eight of the shape: 50,001
        String asFloat = writer.node("Cast", List.of(many), integer("to", TensorProto.DataType.FLOAT.getNumber()));
        String inverse = writer.node("Div", List.of(writer.floats(new float[] {100_002}), asFloat));
        byte[] model = model(product(writer.node("Mul", List.of(x, inverse))));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Mul", "MatMul");
        NodeProto reader = nodes(half, "Size").getFirst();
        assertThat(reader.getInput(0)).as("no cast only to read a shape").startsWith("undertone.float16.");
        assertThat(run(rounded(half), samples(1))).containsExactly(run(model, samples(1)), within(0.01f));
    }

    @Test
    void shouldKeepWhatIsNotZeroFromBecomingZero() {
        String x = product("waveform");
        String share = writer.node("Div", List.of(x, writer.add(writer.node("Abs", List.of(x)), 1e-12)));
        ModelProto half = half(model(product(share)));

        float epsilon = half.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() == FLOAT16 && tensor.getDimsCount() == 0)
                .map(tensor -> tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN))
                .map(raw -> Float.float16ToFloat(raw.getShort()))
                .findFirst()
                .orElseThrow();
        assertThat(epsilon).isEqualTo(0x1p-24f);
        assertThat(run(rounded(half), new float[SIZE])).containsOnly(0);
    }

    @Test
    void shouldTakeConstantsForWeights() {
        String x = product("waveform");
        String one = constant("value_float", attribute -> attribute.setF(2));
        String row =
                constant("value_floats", attribute -> attribute.addFloats(1).addFloats(-1));
        String tensor = constant(
                "value",
                attribute -> attribute.setT(TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .addFloatData(0.5f)));
        String pairs = writer.reshape(x, 0, -1, 2);
        String turned = writer.node("Mul", List.of(writer.node("Mul", List.of(pairs, row)), one));
        byte[] model = model(product(writer.reshape(writer.node("Mul", List.of(turned, tensor)), 0, SIZE)));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Reshape", "Mul", "Mul", "Mul", "Reshape", "MatMul");
        assertThat(nodes(half, "Constant")).isEmpty();
        assertThat(casts(half)).hasSize(2);
        assertThat(run(rounded(half), samples(1))).containsExactly(run(model, samples(1)), within(0.01f));
    }

    /// As the trainer stores filters: halves that a `Cast` widens.
    @Test
    void shouldTakeWeightsThatAreStoredAsHalves() {
        String x = writer.node("Relu", List.of(product("waveform")));
        String stored = writer.halves(values(SIZE * SIZE), SIZE, SIZE);
        String wide = writer.node("Cast", List.of(stored), integer("to", TensorProto.DataType.FLOAT.getNumber()));
        byte[] model = model(writer.node("MatMul", List.of(x, wide)));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Relu", "MatMul");
        assertThat(run(rounded(half), samples(1))).containsExactly(run(model, samples(1)), within(0.01f));
    }

    /// A network may cast what it computed to float32 itself.
    @Test
    void shouldTurnACastToFloat32BetweenProductsIntoOneToHalves() {
        String x = writer.node(
                "Cast", List.of(product("waveform")), integer("to", TensorProto.DataType.FLOAT.getNumber()));
        byte[] model = model(product(x));

        ModelProto half = half(model);

        assertThat(inHalves(half)).containsExactly("MatMul", "Cast", "MatMul");
        assertThat(run(half.toByteArray(), samples(1))).containsExactly(run(model, samples(1)), within(0.01f));
    }

    /// So it was until the file format's version 4.
    @Test
    void shouldTakeWeightsThatAreInputsToo() throws InvalidProtocolBufferException {
        ModelProto.Builder old = ModelProto.parseFrom(model(product(product("waveform")))).toBuilder()
                .setIrVersion(3);
        for (TensorProto weight : List.copyOf(old.getGraph().getInitializerList())) {
            old.getGraphBuilder().addInput(GraphWriter.value(weight.getName(), SIZE, SIZE));
        }
        byte[] model = old.build().toByteArray();

        ModelProto half = half(model);

        assertThat(half.getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("waveform");
        assertThat(run(half.toByteArray(), samples(1))).containsExactly(run(model, samples(1)), within(0.02f));
    }

    @Test
    void shouldRefuseWeightsBeyondTheRangeAndSayWhere() {
        float[] matrix = values(SIZE * SIZE);
        matrix[5] = -70_000;
        String weight = writer.floats(matrix, SIZE, SIZE);
        String x = writer.node("MatMul", List.of("waveform", weight));
        assertRefused(
                x, "'" + weight + "' of MatMul '" + x + "' holds -70000.0; 16-bit floats must be in [-65504, 65504]");
    }

    @Test
    void shouldRefuseGraphsInsideOfNodes() {
        GraphWriter body = new GraphWriter("b.", 17);
        body.named("row", "same");
        body.graph()
                .setName("body")
                .addInput(GraphWriter.value("row", SIZE))
                .addOutput(GraphWriter.value("same", SIZE));
        String x = writer.node(
                "Scan",
                List.of("waveform"),
                GraphWriter.subgraph("body", body.graph().build()),
                integer("num_scan_inputs", 1));
        assertRefused(product(x), "it holds Scan '" + x + "', which has a graph of its own inside");
    }

    @Test
    void shouldRefuseQuantisedOperators() {
        String x =
                writer.node("QuantizeLinear", List.of("waveform", writer.floats(new float[] {0.1f}), zero("t.zero")));
        String wide = writer.node("DequantizeLinear", List.of(x, writer.floats(new float[] {0.1f}), "t.zero"));
        assertRefused(product(wide), "it holds QuantizeLinear '" + x + "', which computes with integers of 8 bits");
    }

    @Test
    void shouldRefuseListsOfTensors() {
        String list = writer.node("SplitToSequence", List.of("waveform"), integer("axis", 1));
        String x = writer.node("ConcatFromSequence", List.of(list), integer("axis", 1));
        assertRefused(product(x), "'" + list + "' is not a tensor but a list of them or nothing");
    }

    @Test
    void shouldRefuseAFourierTransformWithoutALogarithm() {
        String rows = writer.reshape("waveform", 0, -1, 1);
        String x = writer.node("DFT", List.of(rows), integer("axis", 1));
        assertRefused(
                product(writer.reshape(writer.gather(x, 2, 0), 0, SIZE)),
                "there is no logarithm behind DFT '" + x + "', so it cannot be told how far float32 is needed");
    }

    @Test
    void shouldRefuseAGraphOfWhichNothingIsLeftBehindTheLogarithm() {
        String x = writer.node("Log", List.of(writer.node("Abs", List.of(product("waveform")))));
        assertRefused(
                x, "no product of matrices (Conv, ConvTranspose, Einsum, ", " is left for it behind the logarithms");
    }

    private void assertRefused(String x, String... parts) {
        byte[] model = model(x);
        assertThatThrownBy(() -> HalfPrecisionModel.of("tiny.onnx", model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("tiny.onnx cannot be computed in float16: ")
                .hasMessageContainingAll(parts);
    }

    private String product(String x) {
        return writer.node("MatMul", List.of(x, writer.floats(values(SIZE * SIZE), SIZE, SIZE)));
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return values;
    }

    /// Always the same.
    private static float[] samples(float level) {
        float[] samples = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            samples[i] = level * (float) Math.sin(1 + 2.0 * i);
        }
        return samples;
    }

    private String zero(String name) {
        writer.graph()
                .addInitializer(TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.UINT8.getNumber())
                        .setRawData(ByteString.copyFrom(new byte[] {0})));
        return name;
    }

    private String constant(String attribute, Consumer<AttributeProto.Builder> value) {
        AttributeProto.Builder builder = AttributeProto.newBuilder().setName(attribute);
        value.accept(builder);
        builder.setType(
                switch (attribute) {
                    case "value_float" -> AttributeProto.AttributeType.FLOAT;
                    case "value_floats" -> AttributeProto.AttributeType.FLOATS;
                    default -> AttributeProto.AttributeType.TENSOR;
                });
        return writer.node("Constant", List.of(), builder.build());
    }

    private byte[] model(String x) {
        writer.named(x, "out");
        return writer.toModel("tiny", GraphWriter.value("waveform", -1, SIZE), GraphWriter.value("out", -1, SIZE));
    }

    private static ModelProto half(byte[] model) {
        try {
            return ModelProto.parseFrom(HalfPrecisionModel.of("tiny.onnx", model));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] rounded(ModelProto half) {
        return RoundedModel.of(half.toByteArray());
    }

    private static float[] run(byte[] model, float[] waveform) {
        try (OnnxFunction function = OnnxFunction.open("tiny", model, 1)) {
            return function.run("waveform", OnnxFunction.Tensor.of(waveform, 1, SIZE), "out")
                    .values();
        }
    }

    /// Operators that compute in halves, in order.
    private static List<String> inHalves(ModelProto half) {
        List<NodeProto> casts = casts(half);
        return half.getGraph().getNodeList().stream()
                .filter(node -> node.getOutput(0).startsWith("undertone.float16.") && !casts.contains(node))
                .map(NodeProto::getOpType)
                .toList();
    }

    /// Those that were put in.
    private static List<NodeProto> casts(ModelProto half) {
        return nodes(half, "Cast").stream()
                .filter(node -> node.getName().startsWith("undertone.float16."))
                .toList();
    }

    private static List<NodeProto> nodes(ModelProto model, String operator) {
        return model.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals(operator))
                .toList();
    }

    private static List<Integer> typesOfMatrices(ModelProto model) {
        return model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDimsCount() == 2)
                .map(TensorProto::getDataType)
                .toList();
    }
}

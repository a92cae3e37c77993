package io.undertone.model;

import static io.undertone.model.GraphWriter.integer;
import static io.undertone.model.GraphWriter.integers;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Counts by hand stand beside each graph; the input is one window of 100 samples.
class MultiplyAddsTest {

    private static final int SAMPLES = 100;

    private final GraphWriter writer = new GraphWriter("t.", 17);

    @Test
    void shouldCountAConvolutionByWhatItGives() {
        String row = writer.reshape("waveform", 0, 1, -1);
        String filters = writer.floats(new float[6 * 7], 6, 1, 7);
        String x = writer.node("Conv", List.of(row, filters), integers("strides", 5), integers("pads", 3, 3));
        // (100 + 6 - 7) / 5 + 1 = 20 frames of 6 channels, 7 multiplications each
        assertThat(count(x)).hasValue(20 * 6 * 7);
    }

    @Test
    void shouldDivideByTheGroupsOfAConvolution() {
        String rows = writer.reshape("waveform", 0, 4, 25);
        String filters = writer.floats(new float[8 * 2 * 3], 8, 2, 3);
        String x = writer.node("Conv", List.of(rows, filters), integer("group", 2));
        // 23 frames of 8 channels, each of which sees 2 of the 4
        assertThat(count(x)).hasValue(23 * 8 * 2 * 3);
    }

    @Test
    void shouldCountATransposedConvolutionByWhatItTakes() {
        String rows = writer.reshape("waveform", 0, 4, 25);
        String filters = writer.floats(new float[4 * 3 * 5], 4, 3, 5);
        String x = writer.node("ConvTranspose", List.of(rows, filters), integers("strides", 2));
        assertThat(count(x)).hasValue(25 * 4 * 3 * 5);
    }

    @Test
    void shouldCountProductsOfMatricesWhateverTheirAxes() {
        String rows = writer.reshape("waveform", 0, 2, 5, 10);
        String turned = writer.node("Transpose", List.of(rows), integers("perm", 0, 1, 3, 2));
        String scores = writer.node("MatMul", List.of(rows, turned)); // 2 x [5, 10] x [10, 5]
        String x = writer.node("MatMul", List.of(scores, writer.floats(new float[5 * 3], 5, 3))); // 2 x [5, 5] x [5, 3]
        assertThat(count(x)).hasValue(2 * 5 * 5 * 10 + 2 * 5 * 3 * 5);
    }

    @Test
    void shouldCountALinearLayerOnEitherSide() {
        AttributeProto turned = integer("transB", 1);
        String x = writer.node("Gemm", List.of("waveform", writer.floats(new float[7 * 100], 7, 100)), turned);
        String y = writer.node(
                "Gemm", List.of(x, writer.floats(new float[4], 1, 4)), integer("transA", 1)); // [7, 1] x [1, 4]
        assertThat(count(y)).hasValue(7 * 100 + 7 * 4);
    }

    @Test
    void shouldCountARecurrentLayerStepByStep() {
        String rows = writer.node(
                "Transpose", List.of(writer.reshape("waveform", 0, 20, 5)), integers("perm", 1, 0, 2)); // 20 steps of 5
        String input = writer.floats(new float[12 * 5], 1, 12, 5);
        String state = writer.floats(new float[12 * 3], 1, 12, 3);
        String x = writer.node("LSTM", List.of(rows, input, state), integer("hidden_size", 3));
        assertThat(count(x)).hasValue(20 * (12 * 5 + 12 * 3));
    }

    @Test
    void shouldNotCountWhatIsDoneValueByValue() {
        assertThat(count(writer.mean(writer.multiply("waveform", 2), 1))).hasValue(0);
    }

    @Test
    void shouldSayThatItCannotCountALoop() {
        GraphWriter body = new GraphWriter("b.", 17);
        body.named("row", "same");
        body.graph()
                .setName("body")
                .addInput(GraphWriter.value("row", SAMPLES))
                .addOutput(GraphWriter.value("same", SAMPLES));
        String x = writer.node(
                "Scan",
                List.of("waveform"),
                GraphWriter.subgraph("body", body.graph().build()),
                integer("num_scan_inputs", 1));
        assertThat(count(x)).isEmpty();
    }

    @Test
    void shouldSayThatItCannotCountASumOverNamedAxes() {
        AttributeProto equation = AttributeProto.newBuilder()
                .setName("equation")
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("bi,ij->bj"))
                .build();
        String x = writer.node("Einsum", List.of("waveform", writer.floats(new float[300], 100, 3)), equation);
        assertThat(count(x)).isEmpty();
    }

    /// As the configuration of its training says: some 210 million.
    @Test
    void shouldCountTheShippedEncoder() throws IOException {
        byte[] model = Files.readAllBytes(Path.of("../bundles/compact/audio-encoder.onnx"));
        AudioEncoderFile names = new AudioEncoderFile(
                "audio-encoder.onnx",
                "",
                TensorEntry.of("waveform", "samples"),
                TensorEntry.of("embedding", 128),
                TensorEntry.of("affect", 2));
        assertThat(MultiplyAdds.of(model, names, 48_000)).hasValue(209_738_560);
    }

    /// Whatever the encoder gives: only what leads to `x` is written.
    private OptionalLong count(String x) {
        writer.named(x, "embedding");
        byte[] model = writer.toModel(
                "counted",
                GraphWriter.value("waveform", -1, SAMPLES),
                GraphWriter.value("embedding").toBuilder().clearType().build());
        AudioEncoderFile names = new AudioEncoderFile(
                "counted.onnx",
                "",
                TensorEntry.of("waveform", SAMPLES),
                TensorEntry.of("embedding", 1),
                TensorEntry.of("affect", 2));
        return MultiplyAdds.of(model, names, SAMPLES);
    }
}

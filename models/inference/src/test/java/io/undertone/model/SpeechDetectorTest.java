package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.undertone.audio.InvalidInputException;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bundles with a speech detector: here one whose probabilities are the samples' magnitudes.
class SpeechDetectorTest {

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void copy() {
        folder = TestBundles.copyTiny(temp.resolve("tiny"));
    }

    @Test
    void shouldLeaveWindowsAsTheyAreWhereTheBundleHasNone() {
        Window window = window(0, 0.9f);
        try (ModelBundle bundle = ModelBundle.open(folder);
                SpeechDetector detector = bundle.openSpeechDetector(InferenceOptions.defaults())) {
            assertThat(bundle.manifest().speechDetector()).isEmpty();
            assertThat(detector.listen(List.of(window))).containsExactly(window);
        }
    }

    @Test
    void shouldCountFramesFromTheBundlesThresholdOn() {
        BundleManifest before = manifest();

        BundleManifest written = BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.25);

        assertThat(written.audioEncoder()).isEqualTo(before.audioEncoder());
        assertThat(written.golden()).isEqualTo(before.golden());
        float[] half = new float[48_000];
        Arrays.fill(half, 0, 24_000, -0.25f);
        try (ModelBundle bundle = ModelBundle.open(folder);
                SpeechDetector detector = bundle.openSpeechDetector(InferenceOptions.defaults())) {
            List<Window> windows = new ArrayList<>(List.of(Window.of(3, half, new WindowQuality(1, 0.9, 0, false))));
            for (int i = 0; i < 40; i++) {
                windows.add(window(4 + i, i % 2 == 0 ? 0.3f : 0.2f)); // more than one run takes
            }

            List<Window> heard = detector.listen(windows);

            assertThat(heard.getFirst().quality()).isEqualTo(new WindowQuality(0.5, 0.9, 0, false));
            assertThat(heard)
                    .extracting(Window::index)
                    .containsExactlyElementsOf(
                            windows.stream().map(Window::index).toList());
            assertThat(heard.subList(1, 41))
                    .extracting(window -> window.quality().speechRatio())
                    .startsWith(1.0, 0.0, 1.0)
                    .endsWith(1.0, 0.0);
        }
    }

    @Test
    void shouldKeepWhatEnergySaysWhereTheDetectorGivesNoProbability() {
        BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.25);
        Window loud = window(5, 1.5f);
        try (ModelBundle bundle = ModelBundle.open(folder);
                SpeechDetector detector = bundle.openSpeechDetector(InferenceOptions.defaults())) {
            assertThat(detector.listen(List.of(loud))).containsExactly(loud);
        }
    }

    @Test
    void shouldReplaceADetectorThatIsThere() {
        BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.25);

        BundleManifest written = BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.5);

        assertThat(written.speechDetector().orElseThrow().threshold()).isEqualTo(0.5);
        assertThat(manifest()).isEqualTo(written);
    }

    @Test
    void shouldRefuseADetectorThatWasChanged() throws IOException {
        BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.25);
        Files.write(folder.resolve("speech-detector.onnx"), magnitudes("Sigmoid"));
        assertRefused("speech-detector.onnx was changed: its sha256 is ");
    }

    @Test
    void shouldRefuseADetectorThatComputesSomethingElse() throws IOException {
        BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 0.25);
        TestBundles.replace(folder, "speech-detector.onnx", magnitudes("Sigmoid"));
        assertRefused("the bundle does not compute what its maker got: 'mean probability of speech' of ");
    }

    @Test
    void shouldRefuseAThresholdThatIsNone() {
        assertThatThrownBy(() -> BundleWriter.addSpeechDetector(folder, magnitudes("Abs"), 1))
                .hasMessage("threshold of speechDetector must be in (0, 1): 1.0");
        assertThat(manifest().speechDetector()).isEmpty();
    }

    private BundleManifest manifest() {
        try {
            Path file = folder.resolve("manifest.json");
            return BundleJson.read(file, Files.readAllBytes(file), BundleManifest.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelBundle.open(folder).close())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    private static Window window(long index, float level) {
        float[] samples = new float[48_000];
        Arrays.fill(samples, level);
        return Window.of(index, samples, new WindowQuality(0.4, 1, 0, false));
    }

    private static byte[] magnitudes(String operator) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName("magnitudes")
                        .addInput(value("waveform", "samples"))
                        .addNode(NodeProto.newBuilder()
                                .setOpType(operator)
                                .addInput("waveform")
                                .addOutput("speech"))
                        .addOutput(value("speech", "frames")))
                .build()
                .toByteArray();
    }

    private static ValueInfoProto value(String name, String axis) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam("batch"))
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam(axis)))))
                .build();
    }
}

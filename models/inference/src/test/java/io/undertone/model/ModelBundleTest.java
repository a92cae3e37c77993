package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void copy() {
        folder = TestBundles.copyTiny(temporary.resolve("tiny"));
    }

    @Test
    void shouldOpenABundleThatIsWhole() {
        try (ModelBundle bundle = ModelBundle.open(folder)) {
            assertThat(bundle.windowSpec()).isEqualTo(new WindowSpec(16_000, 48_000, 16_000));
            assertThat(bundle.manifest().name()).isEqualTo("tiny");
            assertThat(bundle.defaultPrompts()).extracting(BundlePrompt::id).contains("angry", "calm");
            assertThat(bundle.calibration().count()).isEqualTo(64);
            assertThat(bundle.calibration().dim()).isEqualTo(16);
        }
    }

    @Test
    void shouldEncodeAWindowToAUnitEmbeddingAndAffectThatFollowsTheSound() {
        try (ModelBundle bundle = ModelBundle.open(folder);
                AudioEncoder encoder = bundle.openAudioEncoder(new InferenceDevice.Cpu())) {
            List<Encoding> encodings = encoder.encode(List.of(window(0, 0.5), hiss(1)));

            Embedding embedding = encodings.getFirst().embedding();
            assertThat(embedding.dim()).isEqualTo(16);
            assertThat(embedding.cosine(embedding)).isCloseTo(1, within(1e-6));
            assertThat(encodings.get(1).arousal()).isNotCloseTo(encodings.get(0).arousal(), within(0.05));
            assertThat(encoder.device()).isEqualTo("cpu");
        }
    }

    @Test
    void shouldFallBackToTheCpuWhereThereIsNoGpuOnlyForAutoOrWhenAllowed() {
        try (ModelBundle bundle = ModelBundle.open(folder)) {
            InferenceDevice absent = new InferenceDevice.Cuda(31); // no machine has so many

            assertThatThrownBy(() -> bundle.openAudioEncoder(absent))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("inference device cuda:31 cannot be used: ");
            try (AudioEncoder encoder = bundle.openAudioEncoder(absent, new InferenceOptions(1, true))) {
                assertThat(encoder.device()).isEqualTo("cpu");
            }
            try (AudioEncoder encoder = bundle.openAudioEncoder(new InferenceDevice.Auto())) {
                assertThat(encoder.device()).isIn("cpu", "cuda:0");
                assertThat(encoder.encode(List.of(window(0, 0.5)))).hasSize(1);
            }
        }
    }

    @Test
    void shouldEncodeWindowsOfAnotherLengthWhereTheGraphLeavesItOpen() {
        try (ModelBundle bundle = ModelBundle.open(folder);
                AudioEncoder encoder = bundle.openAudioEncoder(16_000, InferenceOptions.defaults())) {
            float[] second = TestBundles.hum(16_000, 0.5);
            assertThat(encoder.encode(List.of(Window.of(0, second, new WindowQuality(1, 1, 0, false)))))
                    .hasSize(1);
        }
    }

    @Test
    void shouldNameTheFolderThatIsMissing() {
        assertRefused(temporary.resolve("nowhere"), "model bundle ", "nowhere is missing");
    }

    @Test
    void shouldNameTheFileThatIsMissing() throws IOException {
        Files.delete(folder.resolve("text-projection.onnx"));
        assertRefused(folder, "text-projection.onnx is missing from the model bundle");
    }

    @Test
    void shouldNameFileAndBothHashesOfATamperedFile() throws IOException {
        byte[] model = Files.readAllBytes(folder.resolve("audio-encoder.onnx"));
        String expected = Sha256.hex(model);
        model[model.length / 2] ^= 1;
        Files.write(folder.resolve("audio-encoder.onnx"), model);

        assertRefused(folder, "audio-encoder.onnx was changed", Sha256.hex(model), expected);
    }

    @Test
    void shouldCheckTheHashOfEveryFileThatTheManifestNames() throws IOException {
        for (String file : List.of("calibration.json", "golden.json", "MODEL_CARD.md", "text-projection.onnx")) {
            Path spoiled = TestBundles.copyTiny(temporary.resolve(file + "-spoiled"));
            Files.writeString(
                    spoiled.resolve(file), Files.readString(spoiled.resolve(file), StandardCharsets.ISO_8859_1) + " ");
            assertRefused(spoiled, file + " was changed");
        }
    }

    @Test
    void shouldRefuseFilesOutsideTheFolder() throws IOException {
        Files.copy(folder.resolve("MODEL_CARD.md"), temporary.resolve("outside.md"));
        for (String name :
                List.of("../outside.md", temporary.resolve("outside.md").toString(), "a/../MODEL_CARD.md")) {
            TestBundles.editManifest(
                    folder, manifest -> at(manifest, "modelCard").put("file", name));
            assertRefused(folder, "'" + name + "' is not the name of a file in the folder itself");
        }
    }

    @Test
    void shouldRefuseASymbolicLink() throws IOException {
        Path card = folder.resolve("MODEL_CARD.md");
        Files.move(card, temporary.resolve("card.md"));
        Files.createSymbolicLink(card, temporary.resolve("card.md"));
        assertRefused(folder, "MODEL_CARD.md is a symbolic link");
    }

    @Test
    void shouldNameKeysThatAreMissingOrUnknown() throws IOException {
        assertManifestRefused(manifest -> manifest.remove("licence"), "licence");
        assertManifestRefused(manifest -> at(manifest, "audioEncoder").remove("embedding"), "embedding");
        assertManifestRefused(manifest -> manifest.put("licens", "x"), "unknown key 'licens'");
        assertManifestRefused(
                manifest -> at(manifest, "window").put("hop", 1), "unknown key 'window.hop'", "hopSamples");
    }

    @Test
    void shouldSayWhatIsWrongWithAValueOfTheManifest() throws IOException {
        assertManifestRefused(manifest -> manifest.put("format", 2), "format must be 1: 2");
        assertManifestRefused(manifest -> manifest.put("temperature", 0), "temperature must be in (0, 100]: 0.0");
        assertManifestRefused(manifest -> manifest.put("temperature", "hot"), "temperature");
        assertManifestRefused(
                manifest -> manifest.put("probabilityTemperature", 0),
                "probabilityTemperature must be in (0, 100]: 0.0");
        assertManifestRefused(
                manifest -> manifest.put("probabilityTemperature", "cold"), "manifest.json", "probabilityTemperature");
        assertManifestRefused(
                manifest -> at(manifest, "window").put("hopSamples", 0), "window: hopSamples must be a multiple");
        assertManifestRefused(
                manifest -> at(manifest, "textEncoder").put("base", "bert"), "textEncoder: base and baseDim");
        assertManifestRefused(manifest -> manifest.putArray("prompts"), "prompts must hold at least one prompt");
    }

    @Test
    void shouldGiveLineAndColumnOfBrokenJson() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\n  \"format\": 1,\n  \"name\" \"tiny\"\n}\n");
        assertRefused(folder, "manifest.json line 3, column ");
    }

    @Test
    void shouldRefuseNamesAndShapesThatTheGraphDoesNotHave() throws IOException {
        assertManifestRefused(
                manifest -> at(manifest, "audioEncoder", "input").put("name", "audio"),
                "audio-encoder.onnx has no input 'audio' as the manifest says; it has [waveform]");
        assertManifestRefused(
                manifest -> at(manifest, "audioEncoder", "affect").put("name", "mood"),
                "audio-encoder.onnx has no output 'mood'");
        assertManifestRefused(
                manifest -> {
                    at(manifest, "audioEncoder", "embedding")
                            .putArray("shape")
                            .add("batch")
                            .add(17);
                    at(manifest, "textEncoder", "projection", "embedding")
                            .putArray("shape")
                            .add("batch")
                            .add(17);
                },
                "has the shape [batch, 16] at its output 'embedding'; the manifest says [batch, 17]");
    }

    @Test
    void shouldRefuseABundleThatDoesNotComputeItsGoldenWindow() throws IOException {
        assertGoldenRefused(
                golden -> golden.put("arousal", golden.get("arousal").asDouble() + 0.01), "'arousal' of");
        assertGoldenRefused(
                golden -> ((ObjectNode) golden.get("ranking").get(0)).put("strength", 0.5),
                "'strength' of prompt '"
                        + json("golden.json").at("/ranking/0/id").asText() + "'' of",
                "tolerance 0.001");
        assertGoldenRefused(golden -> golden.put("tolerance", 1), "tolerance must be in (0, 0.01]: 1.0");
        assertGoldenRefused(golden -> golden.put("samples", "AAAA"), "samples must hold 48000 int16 values: 3 bytes");
    }

    @Test
    void shouldSayInOneLineWhatTheRuntimeCannotLoad() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(folder.resolve("audio-encoder.onnx"))).toBuilder();
        model.getGraphBuilder().getNodeBuilder(0).setOpType("NoSuchOperator");
        TestBundles.replace(folder, "audio-encoder.onnx", model.build().toByteArray());
        assertRefused(folder, "audio-encoder.onnx cannot be loaded by ONNX Runtime: ", "NoSuchOperator");
    }

    @Test
    void shouldRefuseExternalDataThoughItsHashIsRight() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(folder.resolve("audio-encoder.onnx"))).toBuilder();
        model.getGraphBuilder().getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL);
        TestBundles.replace(folder, "audio-encoder.onnx", model.build().toByteArray());
        assertRefused(folder, "audio-encoder.onnx keeps the weights '", "' in another file (external data)");
    }

    @Test
    void shouldRefuseACalibrationThatIsCutShort() throws IOException {
        ObjectNode calibration = json("calibration.json");
        calibration.put("count", 65);
        TestBundles.replace(folder, "calibration.json", calibration.toString().getBytes(StandardCharsets.UTF_8));
        assertRefused(folder, "calibration.json: referenceEmbeddings must hold count * dim = 65 * 16 float32 values");
    }

    @Test
    void shouldWriteABundleThatOpensWithTheSameNumbers() throws IOException {
        BundleManifest draft = BundleJson.read(
                folder.resolve("manifest.json"),
                Files.readAllBytes(folder.resolve("manifest.json")),
                BundleManifest.class);
        byte[] golden = Files.readAllBytes(folder.resolve("golden.json"));
        short[] samples = new short[48_000];
        float[] hum = TestBundles.hum(48_000, 0.5);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (hum[i] * 32767);
        }

        BundleManifest written = BundleWriter.finish(folder, draft, samples);

        assertThat(written.audioEncoder()).isEqualTo(draft.audioEncoder());
        assertThat(written.golden()).isNotEqualTo(draft.golden());
        assertThat(Files.readAllBytes(folder.resolve("golden.json"))).isNotEqualTo(golden);
        ModelBundle.open(folder).close();
    }

    @Test
    void shouldTakeTheTemperatureOfTheTrainingWhereNoneWasFitted() throws IOException {
        byte[] manifest = Files.readAllBytes(folder.resolve("manifest.json"));
        try (ModelBundle bundle = ModelBundle.open(folder)) {
            assertThat(bundle.manifest().fittedTemperature()).isEmpty();
            assertThat(bundle.manifest().probabilityTemperature()).isEqualTo(0.1);
            assertThat(BundleJson.write(bundle.manifest())).isEqualTo(manifest);
        }
    }

    @Test
    void shouldSetTheTemperatureOfProbabilitiesAndNothingElse() throws IOException {
        ObjectNode golden = json("golden.json");

        BundleManifest written = BundleWriter.setProbabilityTemperature(folder, 0.4);

        assertThat(json("manifest.json").get("probabilityTemperature").asDouble())
                .isEqualTo(0.4);
        assertThat(written.temperature()).isEqualTo(0.1);
        try (ModelBundle bundle = ModelBundle.open(folder)) { // replays the golden window at it
            assertThat(bundle.manifest()).isEqualTo(written);
            assertThat(bundle.manifest().probabilityTemperature()).isEqualTo(0.4);
        }
        ObjectNode changed = json("golden.json");
        assertThat(changed.at("/ranking/0/probability").asDouble())
                .isLessThan(golden.at("/ranking/0/probability").asDouble() - 0.01);
        for (ObjectNode each : List.of(golden, changed)) {
            each.get("ranking").forEach(rank -> ((ObjectNode) rank).remove("probability"));
        }
        assertThat(changed).isEqualTo(golden);
        assertThatThrownBy(() -> BundleWriter.setProbabilityTemperature(folder, 0))
                .hasMessageContaining("probabilityTemperature must be in (0, 100]: 0.0");
        ModelBundle.open(folder).close(); // as it was
    }

    @Test
    void shouldRefuseAGoldenWindowOfAnotherTemperatureOfProbabilities() throws IOException {
        TestBundles.editManifest(folder, manifest -> manifest.put("probabilityTemperature", 0.4));
        assertRefused(folder, "the bundle does not compute what its maker got: 'probability' of prompt '");
    }

    private static Window window(long index, double level) {
        return Window.of(index, TestBundles.hum(48_000, level), new WindowQuality(1, 1, 0, false));
    }

    private static Window hiss(long index) {
        Random random = new Random(1);
        float[] samples = new float[48_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = 0.2f * (float) random.nextGaussian();
        }
        return Window.of(index, samples, new WindowQuality(1, 1, 0, false));
    }

    private static ObjectNode at(ObjectNode node, String... path) {
        ObjectNode found = node;
        for (String key : path) {
            found = (ObjectNode) found.get(key);
        }
        return found;
    }

    private ObjectNode json(String file) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(folder.resolve(file)));
    }

    private void assertManifestRefused(Consumer<ObjectNode> edit, String... parts) throws IOException {
        byte[] manifest = Files.readAllBytes(folder.resolve("manifest.json"));
        TestBundles.editManifest(folder, edit);
        assertRefused(folder, parts);
        Files.write(folder.resolve("manifest.json"), manifest);
    }

    private void assertGoldenRefused(Consumer<ObjectNode> edit, String... parts) throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("golden.json"));
        ObjectNode golden = json("golden.json");
        edit.accept(golden);
        TestBundles.replace(folder, "golden.json", golden.toString().getBytes(StandardCharsets.UTF_8));
        assertRefused(folder, parts);
        TestBundles.replace(folder, "golden.json", before);
    }

    private static void assertRefused(Path bundle, String... parts) {
        assertThatThrownBy(() -> ModelBundle.open(bundle).close())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }
}

package io.undertone.trainer.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Somebody else's model must give what it gives when it is run by hand, whatever stands around it.
class FrozenTowerTest {

    private static final int SAMPLES = 16_000;
    private static final int FRAMES = SAMPLES / TinyTowers.FRAME;
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    Path folder;

    @Test
    void shouldPoolTheFramesAsTheManifestSays() throws IOException {
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13));
        float[] window = Noise.window(SAMPLES, 0.3, 0.6, 1);
        float[] frames = byHand(TinyTowers.frames(13), "wave", window, "frames");
        float[] mean = mean(frames, 0, FRAMES);
        float[] both = new float[2 * TinyTowers.DIM];
        System.arraycopy(mean, 0, both, 0, TinyTowers.DIM);
        for (int d = 0; d < TinyTowers.DIM; d++) {
            double squares = 0;
            for (int f = 0; f < FRAMES; f++) {
                squares += Math.pow(frames[f * TinyTowers.DIM + d] - mean[d], 2) / FRAMES;
            }
            both[TinyTowers.DIM + d] = (float) Math.sqrt(squares);
        }
        assertThat(encoded("MEAN", window)).containsExactly(mean, within(TOLERANCE));
        assertThat(encoded("MEAN_AND_DEVIATION", window)).containsExactly(both, within(TOLERANCE));
        assertThat(encoded("LAST", window)).containsExactly(mean(frames, FRAMES - 1, FRAMES), within(TOLERANCE));
    }

    @Test
    void shouldRunInTheOperatorSetsOfManyYears() throws IOException {
        float[] window = Noise.window(SAMPLES, 0.3, 1, 1);
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(11));
        float[] old = encoded("MEAN_AND_DEVIATION", window);
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(20));
        assertThat(encoded("MEAN_AND_DEVIATION", window)).containsExactly(old, within(TOLERANCE));
    }

    @Test
    void shouldGiveAWindowItsVectorWhateverStandsBesideIt() throws IOException {
        Files.write(folder.resolve("tower.onnx"), TinyTowers.mixing());
        float[] quiet = Noise.window(SAMPLES, 0.01, 1, 1);
        float[] loud = Noise.window(SAMPLES, 0.9, 1, 2);
        Path manifest = TinyTowers.manifest(folder, TinyTowers.yaml("wave", "relative", "MEAN"));
        try (FrozenTower tower = FrozenTower.open(manifest, SAMPLES, 1)) {
            assertThat(tower.oneByOne()).isTrue();
            byte[] graph = tower.graph().toByteArray();
            String input = tower.graph().getGraph().getInput(0).getName();
            String output = tower.graph().getGraph().getOutput(0).getName();
            float[] both = new float[2 * SAMPLES];
            System.arraycopy(quiet, 0, both, 0, SAMPLES);
            System.arraycopy(loud, 0, both, SAMPLES, SAMPLES);
            try (OnnxFunction function = OnnxFunction.open("graph", graph, 1)) {
                float[] together =
                        function.run(input, Tensor.of(both, 2, SAMPLES), output).values();
                assertThat(together).hasSize(2 * TinyTowers.DIM);
                assertThat(java.util.Arrays.copyOf(together, TinyTowers.DIM))
                        .containsExactly(tower.encode(List.of(quiet)).getFirst(), within(TOLERANCE));
            }
        }
    }

    @Test
    void shouldTakeWholeBatchesWhereWindowsStandAlone() throws IOException {
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13));
        Path manifest = TinyTowers.manifest(folder, TinyTowers.yaml("wave", "frames", "MEAN"));
        try (FrozenTower tower = FrozenTower.open(manifest, SAMPLES, 1)) {
            assertThat(tower.oneByOne()).isFalse();
            assertThat(tower.encode(List.of(new float[SAMPLES], Noise.window(SAMPLES, 0.1, 1, 1))))
                    .hasSize(2);
        }
    }

    @Test
    void shouldCutFramesIntoPiecesForASecondStage() throws IOException {
        Files.write(folder.resolve("mel.onnx"), TinyTowers.frames(13));
        Files.write(folder.resolve("pieces.onnx"), TinyTowers.pieces());
        String yaml = TinyTowers.yaml("wave", "frames", "MEAN")
                .replace("{file: tower.onnx, input: wave, output: frames}", """
                    {file: mel.onnx, input: wave, output: frames}
                      - file: pieces.onnx
                        input: pieces
                        output: vector
                        framing: {frames: 5, step: 2, multiply: 0.1, add: 2}\
                    """);
        float[] window = Noise.window(SAMPLES, 0.3, 1, 1);
        float[] frames = byHand(TinyTowers.frames(13), "wave", window, "frames");
        float[] expected = new float[TinyTowers.DIM];
        for (int piece = 0; piece < 3; piece++) { // 10 frames: pieces begin at 0, 2 and 4
            float[] mean = mean(frames, 2 * piece, 2 * piece + 5);
            for (int d = 0; d < TinyTowers.DIM; d++) {
                expected[d] += (mean[d] * 0.1f + 2) / 3;
            }
        }
        try (FrozenTower tower = FrozenTower.open(TinyTowers.manifest(folder, yaml), SAMPLES, 1)) {
            assertThat(tower.encode(List.of(window)).getFirst()).containsExactly(expected, within(TOLERANCE));
        }
    }

    @Test
    void shouldFeedTheAxesThatTheModelTakes() throws IOException {
        float[] window = Noise.window(SAMPLES, 0.3, 0.8, 1);
        String yaml = TinyTowers.yaml("wave", "frames", "MEAN");
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13));
        float[] rows = encode(yaml, window);
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13, "batch", "one", "samples"));
        assertThat(encode(yaml.replace("BATCH_SAMPLES", "BATCH_CHANNEL_SAMPLES"), window))
                .containsExactly(rows, within(TOLERANCE));
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13, "samples"));
        assertThat(encode(yaml.replace("BATCH_SAMPLES", "SAMPLES"), window)).containsExactly(rows, within(TOLERANCE));
    }

    @Test
    void shouldBringWindowsToTheScaleAndRateThatTheModelWants() throws IOException {
        Files.write(folder.resolve("tower.onnx"), TinyTowers.vector());
        String yaml = TinyTowers.yaml("wave", "vector", "NONE");
        float[] window = Noise.window(SAMPLES, 0.5, 1, 1);
        window[7] = 0.75f;
        assertThat(encode(yaml.replace("scale: 1", "scale: 32768"), window)[1]).isEqualTo(24_576, within(1f));
        float[] normalised = encode(yaml.replace("NONE\nlayout", "ZERO_MEAN_UNIT_VARIANCE\nlayout"), window);
        assertThat(normalised[0]).isEqualTo(0, within(1e-5f)); // the mean
        assertThat(normalised[1]).isEqualTo(0.75f / (0.5f / (float) Math.sqrt(3)), within(0.05f));
        float[] tone = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) { // 1 kHz passes the filter, 6 kHz does not
            tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * i / 16) + 0.5 * Math.sin(2 * Math.PI * 6 * i / 16));
        }
        assertThat(encode(yaml.replace("16000", "8000"), tone)[1]).isEqualTo(0.5f, within(0.03f));
    }

    @Test
    void shouldNameWhatDoesNotFit() throws IOException {
        Files.write(folder.resolve("tower.onnx"), TinyTowers.frames(13));
        String yaml = TinyTowers.yaml("wave", "frames", "MEAN");
        refused(yaml.replace("input: wave", "input: audio"), "has no input 'audio'; it has [wave]");
        refused(yaml.replace("output: frames", "output: states"), "has no output 'states'; it has [frames]");
        refused(yaml.replace("16000", "22050"), "sample-rate-hz must be 16000, or 8000: 22050");
        refused(yaml.replace("BATCH_SAMPLES", "BATCH_CHANNEL_SAMPLES"), "layout BATCH_CHANNEL_SAMPLES has 3");
        refused(yaml.replace("MEAN", "NONE"), "gives 10 frames a window: pooling must not be NONE");
        refused(yaml.replace("MEAN", "MEDIAN"), "MEDIAN", "LAST");
        refused(yaml.replace("scale: 1\n", ""), "scale is missing");
        refused(yaml.replace("scale: 1", "scale: 1\ncolour: red"), "unknown key 'colour'");
        refused(yaml.replace("tower.onnx", "nowhere.onnx"), "nowhere.onnx cannot be read");
        Files.write(folder.resolve("tower.onnx"), new byte[] {1, 2, 3});
        refused(yaml, "tower.onnx is not an ONNX model");
        Files.write(folder.resolve("tower.onnx"), TinyTowers.logarithm());
        refused(TinyTowers.yaml("wave", "vector", "NONE"), "the tower tiny tower gives", "at place 0 of its vector");
    }

    private float[] encoded(String pooling, float[] window) throws IOException {
        return encode(TinyTowers.yaml("wave", "frames", pooling), window);
    }

    private float[] encode(String yaml, float[] window) throws IOException {
        try (FrozenTower tower = FrozenTower.open(TinyTowers.manifest(folder, yaml), SAMPLES, 1)) {
            return tower.encode(List.of(window)).getFirst();
        }
    }

    private void refused(String yaml, String... wanted) throws IOException {
        Path manifest = TinyTowers.manifest(folder, yaml);
        assertThatThrownBy(() -> FrozenTower.open(manifest, SAMPLES, 1))
                .isInstanceOf(InvalidInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(wanted));
    }

    private static float[] byHand(byte[] model, String input, float[] window, String output) throws IOException {
        byte[] standard = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(model).toBuilder()
                .removeOpsetImport(1)
                .build()
                .toByteArray();
        try (OnnxFunction function = OnnxFunction.open("by hand", standard, 1)) {
            return function.run(input, Tensor.of(window, 1, window.length), output)
                    .values();
        }
    }

    /// Of the frames [from, to).
    private static float[] mean(float[] frames, int from, int to) {
        float[] mean = new float[TinyTowers.DIM];
        for (int f = from; f < to; f++) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += frames[f * mean.length + d] / (to - from);
            }
        }
        return mean;
    }
}

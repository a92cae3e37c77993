package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.model.SpeechDetector;
import io.undertone.model.TestBundles;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.EmotionTable;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// From voices and noises to a bundle whose detector tells them apart, on synthetic ones.
class TrainSpeechCommandTest {

    private static final String CONFIG = """
        seed: 3
        corpora: [synthetic]
        corpus-weights: {}
        non-verbal: []
        noise: noise
        steps: 40
        batch: 8
        learning-rate: 0.01
        weight-decay: 0
        warm-up: 0.1
        keep: 0.9
        """;

    @TempDir
    static Path work;

    private static Path bundle;

    @BeforeAll
    static void train() throws IOException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 10, 3, 1); // the speakers of the tiny bundle
        Path noises = Files.createDirectories(work.resolve("corpus/noise"));
        for (int i = 0; i < 12; i++) {
            Files.write(noises.resolve("hiss-1-" + i + "-A.wav"), SyntheticCorpus.wav(hiss(i)));
        }
        Files.writeString(work.resolve("speech.yaml"), CONFIG);
        bundle = TestBundles.copyTiny(work.resolve("bundle"));
        assertThat(run("train-speech", "--into")).contains(bundle.toString());
    }

    @Test
    void shouldTellVoicesFromHiss() {
        try (ModelBundle opened = ModelBundle.open(bundle);
                SpeechDetector detector = opened.openSpeechDetector(InferenceOptions.defaults())) {
            assertThat(opened.manifest().speechDetector()).isPresent();
            Affect calm = EmotionTable.place("calm", "").orElseThrow();
            Window voice = window(SyntheticVoice.speak(calm, 150, 48_000, new SplittableRandom(5)));
            Window noise = window(Arrays.copyOf(hiss(99), 48_000));

            List<Window> heard = detector.listen(List.of(voice, noise));

            assertThat(heard.getLast().quality().speechRatio()).isLessThan(0.2);
            assertThat(heard.getFirst().quality().speechRatio()).isGreaterThan(0.5);
        }
    }

    @Test
    void shouldCompareItWithEnergy() {
        assertThat(run("compare-gates", "--bundle", "--markdown").lines().toList())
                .anyMatch(line -> line.startsWith("| should pass | windows | energy | detector |"))
                .anyMatch(line -> line.startsWith("| speech, noise 0 dB | "))
                .anyMatch(line -> line.startsWith("| hiss | "))
                .anyMatch(line -> line.startsWith("| music, other instruments | 200 | "))
                .anyMatch(line -> line.startsWith("| CPU time of a window, ms | "));
    }

    private static String run(String command, String bundleOption, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                TrainerMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] options = {
            command,
            "--config",
            work.resolve("speech.yaml").toString(),
            "--corpus",
            work.resolve("corpus").toString(),
            "--cache",
            work.resolve("cache").toString(),
            bundleOption,
            bundle.toString()
        };
        String[] all = Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        assertThat(line.execute(all)).as(err.toString()).isZero();
        return out.toString();
    }

    private static Window window(float[] samples) {
        return Window.of(0, samples, new WindowQuality(1, 1, 0, false));
    }

    private static float[] hiss(long seed) {
        SplittableRandom random = new SplittableRandom(1_000 + seed);
        float[] samples = new float[64_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.clamp(0.1 * random.nextGaussian(), -1, 1);
        }
        return samples;
    }
}

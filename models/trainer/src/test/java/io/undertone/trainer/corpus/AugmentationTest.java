package io.undertone.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.trainer.Progress;
import io.undertone.trainer.SyntheticVoices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentationTest {

    private static final AugmentationSpec NOTHING = new AugmentationSpec(0, 0, 0, 0, 5, 30, 0, 0, 0, 0, 0, 0);
    private static final AugmentationSpec EVERYTHING = new AugmentationSpec(1, 0, 0, 0, 5, 30, 1, 0.1, 1, 10, 1, 1);

    @TempDir
    Path folder;

    private AudioCache audio;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        Files.write(folder.resolve("a/short.wav"), SyntheticVoices.wav(1, 16_000));
        Files.write(folder.resolve("a/long.wav"), SyntheticVoices.wav(2, 80_000));
        CorpusFiles files = CorpusFiles.open(folder, List.of("a"), folder.resolve("cache"));
        audio = AudioCache.open(files, List.of("a/short.wav", "a/long.wav"), folder.resolve("cache"), Progress.NONE);
    }

    @Test
    void shouldPadShortClipsWithSilenceAtTheEnd() {
        float[] window = new Augmentation(NOTHING, audio, List.of(), List.of(), 48_000)
                .window("a/short.wav", new SplittableRandom(1));
        assertThat(window).hasSize(48_000).startsWith(audio.read("a/short.wav", 0, 16_000));
        for (int i = 16_000; i < 48_000; i++) {
            assertThat(window[i]).isZero();
        }
    }

    @Test
    void shouldCutWindowsFromRandomPlacesAndRepeatThemForASeed() {
        Augmentation augmentation = new Augmentation(EVERYTHING, audio, List.of(), List.of(), 48_000);
        float[] first = augmentation.window("a/long.wav", new SplittableRandom(1));
        assertThat(augmentation.window("a/long.wav", new SplittableRandom(1))).isEqualTo(first);
        assertThat(augmentation.window("a/long.wav", new SplittableRandom(2))).isNotEqualTo(first);
        for (float sample : first) {
            assertThat(sample).isBetween(-1.5f, 1.5f);
        }
    }

    @Test
    void shouldLeaveSpeechButNothingAboveFourKilohertzOnTheTelephone() {
        AugmentationSpec telephone = new AugmentationSpec(1, 0, 0, 0, 5, 30, 0, 0, 0, 0, 0, 0);
        float[] window = new Augmentation(telephone, audio, List.of(), List.of(), 48_000)
                .window("a/long.wav", new SplittableRandom(3));
        assertThat(power(window, 1_000)).isGreaterThan(1_000 * power(window, 6_000));
    }

    @Test
    void shouldCompandAsMuLawDoes() {
        assertThat(Augmentation.mulaw(0)).isZero();
        assertThat(Augmentation.mulaw(1)).isCloseTo(1, within(1e-6f));
        assertThat(Augmentation.mulaw(-0.5f)).isCloseTo(-0.5f, within(0.02f));
        assertThat(Augmentation.mulaw(0.001f)).isCloseTo(0.001f, within(1e-4f));
    }

    @Test
    void shouldHideABandAndASpan() {
        float[] mask = new Augmentation(EVERYTHING, audio, List.of(), List.of(), 48_000)
                .masks(64, 298, new SplittableRandom(4));
        int hidden = 0;
        for (float value : mask) {
            hidden += value == 0 ? 1 : 0;
        }
        assertThat(hidden).isBetween(298, mask.length / 3);
    }

    /// Mean power in 800 Hz around a frequency, by a bank of correlations.
    private static double power(float[] samples, double hz) {
        double total = 0;
        for (double f = hz - 400; f <= hz + 400; f += 50) {
            double real = 0;
            double imaginary = 0;
            for (int i = 0; i < samples.length; i++) {
                real += samples[i] * Math.cos(2 * Math.PI * f * i / 16_000);
                imaginary += samples[i] * Math.sin(2 * Math.PI * f * i / 16_000);
            }
            total += real * real + imaginary * imaginary;
        }
        return total;
    }

    @Test
    void shouldMixMadeNoiseAndBabbleAtTheWantedRatio() {
        for (double[] shares : new double[][] {{1, 0}, {0, 1}}) {
            AugmentationSpec spec = new AugmentationSpec(0, 1, shares[0], shares[1], 10, 10, 0, 0, 0, 0, 0, 0);
            float[] window = new Augmentation(spec, audio, List.of(), List.of("a/long.wav"), 16_000)
                    .window("a/short.wav", new SplittableRandom(5));
            float[] clean = audio.read("a/short.wav", 0, 16_000);
            double speech = 0;
            double noise = 0;
            for (int i = 0; i < clean.length; i++) {
                speech += (double) clean[i] * clean[i];
                noise += Math.pow(window[i] - clean[i], 2);
            }
            assertThat(10 * Math.log10(speech / noise)).isCloseTo(10, within(0.1));
        }
    }
}

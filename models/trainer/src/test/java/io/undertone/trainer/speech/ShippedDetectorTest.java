package io.undertone.trainer.speech;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.AudioFile;
import io.undertone.audio.Resampler;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.model.SpeechDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The detector of the bundle that ships, on voices, music and tones that it did not learn from.
final class ShippedDetectorTest {

    private static final int WINDOW_SAMPLES = 48_000;

    private static ModelBundle bundle;
    private static SpeechDetector detector;

    @BeforeAll
    static void open() {
        bundle = ModelBundle.open(Path.of("../bundles/compact"));
        detector = bundle.openSpeechDetector(InferenceOptions.defaults());
    }

    @AfterAll
    static void close() {
        detector.close();
        bundle.close();
    }

    @Test
    void shouldHearTheVoicesOfTheSampleCalls() {
        for (String call : List.of("billing", "booking", "delivery")) {
            List<float[]> spoken = windows(Path.of("../../deploy/samples", call + "_customer.wav")).stream()
                    .filter(window -> passes(Gate.energy(), List.of(window)) == 1)
                    .toList();

            assertThat(spoken).as(call).hasSizeGreaterThan(20);
            assertThat(passes(Gate.of(detector), spoken)).as(call).isGreaterThan(0.95);
        }
    }

    @Test
    void shouldHoldBackInstrumentsThatItNeverHeard() {
        HoldMusic music = new HoldMusic(HoldMusic.UNHEARD);
        List<float[]> pieces = made(random -> music.play(WINDOW_SAMPLES, random));

        assertThat(passes(Gate.of(detector), pieces)).isLessThan(0.1);
        assertThat(passes(Gate.energy(), pieces)).isGreaterThan(0.2);
    }

    @Test
    void shouldHoldBackRingingAndHiss() {
        assertThat(passes(Gate.of(detector), made(random -> LineSounds.tones(WINDOW_SAMPLES, random))))
                .isLessThan(0.05);
        assertThat(passes(Gate.of(detector), made(random -> LineSounds.noise(WINDOW_SAMPLES, random))))
                .isLessThan(0.05);
    }

    private static List<float[]> made(Function<SplittableRandom, float[]> sound) {
        return Stream.iterate(1_000_000, seed -> seed + 1)
                .limit(80)
                .map(seed -> sound.apply(new SplittableRandom(seed)))
                .toList();
    }

    private static List<float[]> windows(Path file) {
        float[] samples = Resampler.resample(AudioFile.read(file).getFirst(), HoldMusic.RATE_HZ)
                .toArray();
        List<float[]> windows = new ArrayList<>();
        for (int from = 0; from + WINDOW_SAMPLES <= samples.length; from += WINDOW_SAMPLES / 3) {
            windows.add(Arrays.copyOfRange(samples, from, from + WINDOW_SAMPLES));
        }
        return windows;
    }

    private static double passes(Gate gate, List<float[]> windows) {
        return Arrays.stream(gate.ratios(windows))
                        .filter(ratio -> ratio >= GateComparison.RATIO)
                        .count()
                / (double) windows.size();
    }
}

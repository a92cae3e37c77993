package io.undertone.trainer.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the detector learns from.
class SceneTest {

    @Test
    void shouldPutABackgroundUnderTheSpeechByTheLevelOfItsSpokenFrames() {
        Scene scene = Scene.silent(3_200);
        Arrays.fill(scene.samples(), 0, 1_600, 0.2f);
        Arrays.fill(scene.speech(), 0, 5, true);
        float[] noise = new float[3_200];
        Arrays.fill(noise, -0.7f);

        Scene mixed = scene.over(noise, 20);

        assertThat(mixed.speechRatio()).isEqualTo(0.5);
        assertThat(mixed.samples()[3_000]).isCloseTo(-0.02f, within(1e-6f));
        assertThat(mixed.samples()[0]).isCloseTo(0.18f, within(1e-6f));
    }

    @Test
    void shouldMakeTheSameSoundsFromASeedAndOthersFromAnother() {
        HoldMusic music = new HoldMusic(HoldMusic.LEARNED);
        for (int seed = 0; seed < 20; seed++) {
            float[] piece = music.play(16_000, new SplittableRandom(seed));
            assertThat(piece).containsExactly(music.play(16_000, new SplittableRandom(seed)));
            assertThat(piece).isNotEqualTo(music.play(16_000, new SplittableRandom(seed + 1)));
            assertThat(Levels.rms(piece)).isCloseTo(0.1, within(1e-3));
            assertFinite(LineSounds.tones(16_000, new SplittableRandom(seed)));
            assertFinite(LineSounds.noise(16_000, new SplittableRandom(seed)));
        }
    }

    @Test
    void shouldKeepTakesOfOneRecordingOnOneSide() {
        List<String> paths = new ArrayList<>();
        for (int recording = 0; recording < 40; recording++) {
            for (String take : List.of("A", "B", "C")) {
                paths.add("noise/" + (recording % 2 == 0 ? "rain" : "dog") + "-1-" + recording + "-" + take + ".opus");
            }
        }

        NoiseSides sides = NoiseSides.of(paths, 3);

        assertThat(Stream.of(sides.train(), sides.calibration(), sides.test()).flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(paths);
        assertThat(recordings(sides.train())).doesNotContainAnyElementsOf(recordings(sides.test()));
        assertThat(recordings(sides.train())).doesNotContainAnyElementsOf(recordings(sides.calibration()));
        assertThat(recordings(sides.calibration())).hasSize(6).doesNotContainAnyElementsOf(recordings(sides.test()));
        assertThat(sides.test())
                .hasSize(36)
                .anyMatch(path -> path.contains("rain"))
                .anyMatch(path -> path.contains("dog"));
        assertThat(NoiseSides.of(paths, 3)).isEqualTo(sides);
    }

    private static Set<String> recordings(List<String> paths) {
        Set<String> recordings = new TreeSet<>();
        paths.forEach(path -> recordings.add(NoiseSides.recording(path)));
        return recordings;
    }

    private static void assertFinite(float[] samples) {
        for (float sample : samples) {
            assertThat(Math.abs(sample)).isLessThan(2);
        }
    }
}

package io.undertone.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.trainer.SyntheticVoice;
import io.undertone.trainer.corpus.NearDuplicates.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {

    private final Map<String, float[]> clips = new LinkedHashMap<>();

    @Test
    void shouldFindARecordingThatWasEncodedApart() {
        float[] voice = voice(1, 40_000);
        clips.put("original", voice);
        clips.put("other", voice(2, 40_000));
        clips.put("encoded", encodedApart(voice));
        clips.put("another", voice(3, 40_100));
        assertThat(found()).containsExactly(new Pair("original", "encoded"));
    }

    @Test
    void shouldTellVoicesOfOneSpeakerAndStyleApart() {
        for (int seed = 0; seed < 30; seed++) {
            clips.put("take-" + seed, voice(seed, 40_000 + 10 * seed));
        }
        assertThat(found()).isEmpty();
    }

    @Test
    void shouldPassOverSilenceAndClipsWithoutSamples() {
        clips.put("silent", new float[30_000]);
        clips.put("silent too", new float[30_000]);
        clips.put("empty", new float[0]);
        assertThat(found()).isEmpty();
    }

    @Test
    void shouldGiveOneNameToAllClipsOfARecording() {
        Map<String, String> recordings =
                NearDuplicates.recordings(List.of(new Pair("a", "b"), new Pair("c", "d"), new Pair("b", "c")));
        assertThat(List.of("a", "b", "c", "d"))
                .allMatch(path -> recordings.getOrDefault(path, path).equals("a"));
    }

    private List<Pair> found() {
        return new NearDuplicates(path -> clips.getOrDefault(path, new float[0])).find(new ArrayList<>(clips.keySet()));
    }

    private static float[] voice(int seed, int samples) {
        return SyntheticVoice.speak(new Affect(0.3, 0.2), 150, samples, new SplittableRandom(seed));
    }

    /// Quieter, 4 ms later, 12 ms longer, in coarse steps and with noise.
    private static float[] encodedApart(float[] voice) {
        SplittableRandom random = new SplittableRandom(9);
        float[] changed = new float[voice.length + 192];
        for (int i = 64; i < voice.length + 64; i++) {
            changed[i] = Math.round(0.7f * voice[i - 64] * 1000) / 1000f;
        }
        for (int i = 0; i < changed.length; i++) {
            changed[i] += 0.001f * (float) random.nextGaussian();
        }
        return Arrays.copyOf(changed, changed.length);
    }
}

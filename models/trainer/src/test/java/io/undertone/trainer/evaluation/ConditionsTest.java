package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.trainer.SyntheticVoice;
import io.undertone.trainer.corpus.Affect;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final WindowSpec SPEC = new WindowSpec(16_000, 48_000, 16_000);
    private static final float[] VOICE =
            SyntheticVoice.speak(new Affect(0.2, 0.1), 140, 67_000, new SplittableRandom(3));

    @Test
    void shouldHearACleanClipBitByBitAndPadItsLastWindow() {
        List<Window> windows = Line.CLEAN.windows(VOICE, SPEC);
        assertThat(windows).hasSize(3);
        assertThat(windows.get(1).samples()[100]).isCloseTo(VOICE[16_100], within(1 / 32_768f));
        assertThat(windows.getLast().quality().partial()).isTrue();
        assertThat(windows.getLast().samples()[47_999]).isZero();
    }

    @Test
    void shouldKeepTheSoundButNotTheSamplesOverTelephoneCodecs() {
        float[] clean = Line.CLEAN.windows(VOICE, SPEC).getFirst().samples();
        for (Line line : List.<Line>of(Conditions::mulaw, Conditions::opus)) {
            List<Window> windows = line.windows(VOICE, SPEC);
            assertThat(windows).hasSize(3);
            float[] heard = windows.getFirst().samples();
            assertThat(heard).isNotEqualTo(clean);
            assertThat(power(heard) / power(clean)).isBetween(0.5, 1.5);
        }
    }

    @Test
    void shouldMixNoiseAtTheStatedRatio() {
        SplittableRandom random = new SplittableRandom(1);
        float[] noise = new float[VOICE.length];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        float[] mixed = Conditions.mixed(VOICE, noise, 10);
        float[] added = new float[noise.length];
        for (int i = 0; i < added.length; i++) {
            added[i] = mixed[i] - VOICE[i];
        }
        assertThat(10 * Math.log10(power(VOICE) / power(added))).isCloseTo(10, within(0.01));
    }

    @Test
    void shouldNotClipLoudSums() {
        float[] loud = {1, -1, 1, -1};
        float[] mixed = Conditions.mixed(loud, new float[] {1, -1, 1, -1}, 0);
        assertThat(mixed).containsExactly(1, -1, 1, -1);
    }

    @Test
    void shouldLeaveSilenceAlone() {
        float[] silence = new float[8];
        assertThat(Conditions.mixed(silence, new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 5))
                .containsOnly(0);
    }

    private static double power(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += (double) sample * sample;
        }
        return sum / samples.length;
    }
}

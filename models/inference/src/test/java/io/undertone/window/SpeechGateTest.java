package io.undertone.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeechGateTest {

    private static final int RATE_HZ = 16_000;

    private final SpeechGate gate = SpeechGate.defaults();

    @Test
    void shouldFindTheShareOfSyllablesOverNoise() {
        assertThat(gate.speechRatio(syllables(0.1f, 0.001f, 0, 24_000), RATE_HZ))
                .isEqualTo(0.5, within(0.05));
        assertThat(gate.speechRatio(syllables(0.1f, 0.001f, 0, 48_000), RATE_HZ))
                .isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(floats = {0.3f, 1f, 4f})
    void shouldNotDependOnGain(float gain) {
        double expected = gate.speechRatio(syllables(0.1f, 0.001f, 8_000, 30_000), RATE_HZ);
        assertThat(gate.speechRatio(syllables(0.1f * gain, 0.001f * gain, 8_000, 30_000), RATE_HZ))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, 0.0003f, 0.01f, 0.3f})
    void shouldHearNoSpeechInSteadyNoise(float level) {
        assertThat(gate.speechRatio(syllables(0, level, 0, 0), RATE_HZ)).isZero();
    }

    @Test
    void shouldHearNoSpeechInHumOrOffset() {
        float[] hum = new float[48_000];
        for (int i = 0; i < hum.length; i++) {
            hum[i] = (float) (0.3 + 0.1 * Math.sin(2 * Math.PI * 50 * i / RATE_HZ));
        }
        assertThat(gate.speechRatio(hum, RATE_HZ)).isZero();
    }

    @Test
    void shouldNotTakeAClickForSpeech() {
        float[] samples = syllables(0, 0.001f, 0, 0);
        for (int i = 20_000; i < 20_300; i++) {
            samples[i] = 0.8f;
        }
        assertThat(gate.speechRatio(samples, RATE_HZ)).isZero();
    }

    @Test
    void shouldNotLetPaddingHideTheNoiseFloor() {
        float[] samples = syllables(0, 0.01f, 0, 0);
        Arrays.fill(samples, 16_000, 48_000, 0);
        assertThat(gate.speechRatio(samples, RATE_HZ)).isZero();
    }

    @Test
    void shouldPinItsThresholds() {
        assertThat(gate).isEqualTo(new SpeechGate(20, -60, 9, 0.35, 160, 60));
    }

    /// Noise all along; between `from` and `to` a voice-like tone, 140 ms on and 60 ms off.
    private static float[] syllables(float voice, float noise, int from, int to) {
        Random random = new Random(5);
        float[] samples = new float[48_000];
        for (int i = 0; i < samples.length; i++) {
            boolean on = i >= from && i < to && i % 3_200 < 2_240;
            samples[i] = (float) (noise * (random.nextDouble() - 0.5) * 2
                    + (on ? voice * Math.sin(2 * Math.PI * 180 * i / RATE_HZ) : 0));
        }
        return samples;
    }
}

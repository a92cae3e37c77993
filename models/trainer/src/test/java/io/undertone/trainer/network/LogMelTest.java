package io.undertone.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.TrainerMain;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogMelTest {

    @BeforeAll
    static void configure() {
        TrainerMain.singleThreaded();
    }

    /// Band b peaks b + 1 mel steps above 60 Hz; a step is (mel(3800) - mel(60)) / 65.
    @ParameterizedTest
    @CsvSource({"150, 3", "440, 14", "1000, 28", "3000, 57"})
    void shouldPutAToneIntoItsBand(double hz, int band) {
        float[] spectrum = middleFrame(tone(hz, 0.5, 16_000));
        int loudest = 0;
        for (int b = 1; b < LogMel.BANDS; b++) {
            loudest = spectrum[b] > spectrum[loudest] ? b : loudest;
        }
        assertThat(loudest).isBetween(band - 1, band + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 31_999, 48_000})
    void shouldCountItsFrames(int samples) {
        assertThat(apply(tone(300, 0.1, samples))).hasSize(LogMel.BANDS * LogMel.frames(samples));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.9})
    void shouldNotHearTheLevel(double level) {
        assertThat(apply(tone(700, level, 16_000))).containsExactly(apply(tone(700, 0.3, 16_000)), within(2e-3f));
    }

    @ParameterizedTest
    @ValueSource(doubles = {5_500, 7_000})
    void shouldNotHearWhatATelephoneDoesNotCarry(double hz) {
        float[] low = tone(700, 0.3, 16_000);
        float[] both = tone(hz, 0.3, 16_000);
        for (int i = 0; i < both.length; i++) {
            both[i] += low[i];
        }
        float[] heard = apply(both);
        float[] wanted = apply(low);
        double difference = 0;
        for (int i = 0; i < heard.length; i++) {
            difference = Math.max(difference, Math.abs(heard[i] - wanted[i]));
        }
        assertThat(difference).isLessThan(1);
    }

    private static float[] tone(double hz, double level, int samples) {
        float[] wave = new float[samples];
        for (int i = 0; i < samples; i++) {
            wave[i] = (float) (level * Math.sin(2 * Math.PI * hz * i / LogMel.SAMPLE_RATE_HZ));
        }
        return wave;
    }

    private static float[] middleFrame(float[] wave) {
        float[] all = apply(wave);
        int frames = LogMel.frames(wave.length);
        float[] spectrum = new float[LogMel.BANDS];
        for (int b = 0; b < LogMel.BANDS; b++) {
            spectrum[b] = all[b * frames + frames / 2];
        }
        return spectrum;
    }

    private static float[] apply(float[] wave) {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = Weights.create(manager)) {
            LogMel.addTo(weights);
            NDArray waveform = manager.create(wave, new Shape(1, wave.length));
            return LogMel.apply(new DjlOps(weights, false), waveform).toFloatArray();
        }
    }
}

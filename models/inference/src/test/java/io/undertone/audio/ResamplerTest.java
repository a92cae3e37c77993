package io.undertone.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

    private static final int TARGET_HZ = 16_000;

    /// Vectors by `sox rate -v`, band-limited to where both filters pass everything.
    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100, 48_000})
    void shouldAgreeWithSoxWithinThePassBand(int rateHz) {
        Waveform source =
                AudioFile.read(Vectors.file("band-" + rateHz + ".wav")).getFirst();
        float[] expected = Vectors.s16("band-" + rateHz + "-sox.s16");
        float[] actual = Resampler.resample(source, TARGET_HZ).toArray();
        assertThat(actual).hasSize(1_280);
        // The first and last milliseconds see the edge of sox's input, which is not the edge of ours.
        assertThat(Vectors.snrDb(Arrays.copyOfRange(expected, 50, 1_230), Arrays.copyOfRange(actual, 50, 1_230)))
                .isGreaterThan(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 12_000, 22_050, 24_000, 32_000, 44_100, 48_000})
    void shouldKeepSinesOfThePassBandAndTheirTiming(int rateHz) {
        int delay = BlockResampler.of(rateHz, TARGET_HZ).delaySourceSamples();
        double nyquistHz = Math.min(rateHz, TARGET_HZ) / 2.0;
        for (double share : new double[] {0.01, 0.1, 0.4, 0.7}) {
            double hz = share * nyquistHz;
            float[] actual = Resampler.resample(sine(hz, rateHz), TARGET_HZ).slice(1_000, 15_000);
            float[] expected = new float[actual.length];
            for (int i = 0; i < expected.length; i++) {
                double seconds = (i + 1_000.0) / TARGET_HZ - (double) delay / rateHz;
                expected[i] = (float) (0.5 * Math.sin(2 * Math.PI * hz * seconds));
            }
            assertThat(Vectors.snrDb(expected, actual)).as("%.0f Hz", hz).isGreaterThan(60);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {22_050, 24_000, 32_000, 44_100, 48_000})
    void shouldRejectWhatWouldFoldIntoTheBand(int rateHz) {
        for (int hz : new int[] {8_300, 9_000, 10_500}) {
            float[] actual = Resampler.resample(sine(hz, rateHz), TARGET_HZ).slice(1_000, 15_000);
            double power = 0;
            for (float sample : actual) {
                power += sample * (double) sample;
            }
            assertThat(10 * Math.log10(power / actual.length / 0.125))
                    .as("%d Hz", hz)
                    .isLessThan(-60);
        }
    }

    /// The table of taps is the library's filter: driving the library itself gives the same samples.
    @ParameterizedTest
    @CsvSource({"8000, 2", "24000, 0.6666666666666666", "48000, 0.3333333333333333"})
    void shouldGiveWhatTarsosDspGives(int rateHz, double factor) {
        float[] source = noise(rateHz / 2, 3);
        float[] expected = new float[TARGET_HZ];
        var library = new be.tarsos.dsp.resample.Resampler(true, factor, factor);
        int written = 0;
        for (int read = 0; read < source.length; ) {
            var result = library.process(
                    factor, source, read, source.length - read, true, expected, written, expected.length - written);
            read += result.inputSamplesConsumed;
            written += result.outputSamplesGenerated;
        }
        float[] actual =
                Resampler.resample(Waveform.of(source, rateHz), TARGET_HZ).toArray();
        int delay = BlockResampler.of(rateHz, TARGET_HZ).delaySourceSamples();
        // the delay must be a whole number of samples on both sides to compare sample by sample
        float[] late = source;
        if (delay * TARGET_HZ % rateHz != 0) {
            int pad = 3 - delay % 3;
            late = new float[source.length + pad];
            System.arraycopy(source, 0, late, pad, source.length);
            delay += pad;
            actual = Resampler.resample(Waveform.of(late, rateHz), TARGET_HZ).toArray();
        }
        int lag = delay * TARGET_HZ / rateHz;
        for (int i = 0; i < 7_900; i++) {
            assertThat(actual[i + lag]).isCloseTo(expected[i], within(2e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 22_050, 44_100, 48_000})
    void shouldGiveTheSameBitsBlockByBlockAsAtOnce(int rateHz) {
        BlockResampler blocks = BlockResampler.of(rateHz, TARGET_HZ);
        Waveform whole = Waveform.of(noise(rateHz, 5), rateHz);
        float[] expected = Resampler.resample(whole, TARGET_HZ).toArray();
        int context = blocks.contextSamples();
        float[] target = new float[blocks.targetBlockSamples()];
        for (int block = 0; block < 10; block++) {
            float[] source = new float[context + blocks.sourceBlockSamples()];
            int start = block * blocks.sourceBlockSamples() - context;
            for (int i = Math.max(0, -start); i < source.length; i++) {
                source[i] = whole.slice(start + i, start + i + 1)[0];
            }
            blocks.resample(source, context, target, 0, 1);
            assertThat(target)
                    .isEqualTo(Arrays.copyOfRange(expected, block * target.length, (block + 1) * target.length));
        }
    }

    @Test
    void shouldStayWithinFullScale() {
        float[] square = new float[8_000];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 10 % 2 == 0 ? 1 : -1;
        }
        for (float sample :
                Resampler.resample(Waveform.of(square, 8_000), TARGET_HZ).toArray()) {
            assertThat(sample).isBetween(-1f, 1f);
        }
    }

    @Test
    void shouldRefuseRatesWithoutAShortCommonPeriod() {
        assertThatThrownBy(() -> Resampler.resample(Waveform.of(new float[100], 15_999), TARGET_HZ))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("sampling rate 15999 Hz cannot be resampled to 16000 Hz: their common period of 15999"
                        + " samples is longer than 1024");
    }

    private static Waveform sine(double hz, int rateHz) {
        float[] samples = new float[rateHz];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * hz * i / rateHz));
        }
        return Waveform.of(samples, rateHz);
    }

    private static float[] noise(int length, long seed) {
        Random random = new Random(seed);
        float[] samples = new float[length];
        for (int i = 0; i < length; i++) {
            samples[i] = random.nextFloat() - 0.5f;
        }
        return samples;
    }
}

package io.undertone.audio;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// TarsosDSP's resampling filter for one pair of rates, as a table of taps: the answer of its `Resampler` to
/// impulses.
///
/// An output sample is the inner product of the taps of its phase with the input around it. Against driving the
/// library's object this is exact for any cut of the signal (its clock adds up rounding errors at 22,050 and
/// 44,100 Hz), needs no state, shares a few kilobytes among all channels instead of 0.6 MB for each, and is
/// several times faster. Immutable; any thread.
final class FilterTable {

    /// Each pair of rates is measured once. A cache of immutable values, never a state.
    private static final ConcurrentMap<Long, FilterTable> BY_RATES = new ConcurrentHashMap<>();

    /// Bound on the phases of unusual pairs of rates: 44,100 to 16,000 Hz has 160.
    private static final int MAX_PERIOD = 1_024;

    /// Phases of the pairs of rates that telephony has: 2 from 8 kHz to 16 kHz, 1 from 48 kHz.
    private static final int MOST_LANES = 8;

    private final int periodIn; // input samples of a period, in which periodOut samples are given
    private final int periodOut;
    private final int left; // taps before the centre
    private final int right; // taps after the centre
    private final float[] taps; // [periodOut, left + 1 + right]

    private FilterTable(int periodIn, int periodOut, int left, int right, float[] taps) {
        this.periodIn = periodIn;
        this.periodOut = periodOut;
        this.left = left;
        this.right = right;
        this.taps = taps;
    }

    /// @throws InvalidInputException when the rates have no short common period
    static FilterTable between(int sourceRateHz, int targetRateHz) {
        return BY_RATES.computeIfAbsent(
                ((long) sourceRateHz << 32) | targetRateHz, _ -> measure(sourceRateHz, targetRateHz));
    }

    private static FilterTable measure(int sourceRateHz, int targetRateHz) {
        int divisor = gcd(sourceRateHz, targetRateHz);
        int in = sourceRateHz / divisor;
        int out = targetRateHz / divisor;
        if (Math.max(in, out) > MAX_PERIOD) {
            throw new InvalidInputException("sampling rate " + sourceRateHz + " Hz cannot be resampled to "
                    + targetRateHz + " Hz: their common period of " + in + " samples is longer than " + MAX_PERIOD);
        }
        double factor = (double) out / in;
        var library = new be.tarsos.dsp.resample.Resampler(true, factor, factor);
        int reach = library.getFilterWidth();
        float[] wide = new float[out * (2 * reach + 1)]; // [out, 2 * reach + 1], the centre in the middle
        int base = (reach / in + 1) * in; // a period that the filter's start does not touch
        int baseOut = base / in * out;
        for (int at = base - reach; at < base + in + reach; at++) {
            float[] answer =
                    answerToImpulse(new be.tarsos.dsp.resample.Resampler(library), factor, at, base, in, reach);
            for (int phase = 0; phase < out; phase++) {
                int tap = at - (base + centre(phase, in, out)) + reach;
                if (tap >= 0 && tap <= 2 * reach) {
                    wide[phase * (2 * reach + 1) + tap] = answer[baseOut + phase];
                }
            }
        }
        return trimmed(wide, in, out, reach);
    }

    private static float[] answerToImpulse(
            be.tarsos.dsp.resample.Resampler library, double factor, int at, int base, int in, int reach) {
        float[] impulse = new float[base + in + 2 * reach];
        impulse[at] = 1;
        float[] answer = new float[(int) (impulse.length * factor) + 2];
        int read = 0;
        int written = 0;
        while (read < impulse.length) {
            var result = library.process(
                    factor, impulse, read, impulse.length - read, true, answer, written, answer.length - written);
            read += result.inputSamplesConsumed;
            written += result.outputSamplesGenerated;
        }
        return answer;
    }

    /// Drops the columns that are 0 in every phase.
    private static FilterTable trimmed(float[] wide, int in, int out, int reach) {
        int width = 2 * reach + 1;
        int left = 0;
        int right = 0;
        for (int i = 0; i < wide.length; i++) {
            if (wide[i] != 0) {
                left = Math.max(left, reach - i % width);
                right = Math.max(right, i % width - reach);
            }
        }
        float[] taps = new float[out * (left + 1 + right)];
        for (int phase = 0; phase < out; phase++) {
            System.arraycopy(wide, phase * width + reach - left, taps, phase * (left + 1 + right), left + 1 + right);
        }
        return new FilterTable(in, out, left, right, taps);
    }

    private static int centre(int index, int in, int out) {
        return (int) ((long) index * in / out);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /// Input samples that are needed before the centre of an output sample.
    int left() {
        return left;
    }

    /// Input samples that are needed after the centre of an output sample.
    int right() {
        return right;
    }

    /// Resamples from a point where input and output samples coincide.
    ///
    /// @param source holds the input from `origin - left()` to the last centre `+ right()`
    /// @param origin where in `source` the centre of the first output sample lies
    /// @param count how many samples in [-1, 1] to write to `target` from `targetStart` on
    void apply(float[] source, int origin, float[] target, int targetStart, int count) {
        if (periodOut <= MOST_LANES) {
            applyByTaps(source, origin - left, target, targetStart, count);
        } else {
            applyBySamples(source, origin - left, target, targetStart, count);
        }
    }

    /// Sample by sample: for pairs of rates with many phases, each of which comes too seldom to be worth a row.
    private void applyBySamples(float[] source, int start, float[] target, int targetStart, int count) {
        int width = left + 1 + right;
        int phase = 0;
        int period = start;
        for (int i = 0; i < count; i++) {
            int from = period + centre(phase, periodIn, periodOut);
            float sample = innerProduct(taps, phase * width, source, from, width);
            target[targetStart + i] = Math.clamp(sample, -1f, 1f);
            if (++phase == periodOut) {
                phase = 0;
                period += periodIn;
            }
        }
    }

    /// Tap by tap, for all output samples of a phase together: a loop that the compiler turns into vector code, as
    /// it does not with the sums of [#innerProduct]. The path hangs on the filter alone, so that the bits of a
    /// sample do not depend on how many are asked for.
    private void applyByTaps(float[] source, int start, float[] target, int targetStart, int count) {
        int width = left + 1 + right;
        int rows = (count + periodOut - 1) / periodOut;
        int reach = centre(periodOut - 1, periodIn, periodOut) + width;
        float[][] lanes = lanes(source, start, rows + reach / periodIn + 1);
        float[][] sums = new float[periodOut][rows];
        float[] met = new float[rows]; // what the taps of one place meet, from 0 on: the loop over it must not shift
        for (int at = 0; at < reach; at++) {
            System.arraycopy(lanes[at % periodIn], at / periodIn, met, 0, rows);
            for (int phase = 0; phase < periodOut; phase++) {
                int tap = at - centre(phase, periodIn, periodOut);
                if (tap >= 0 && tap < width) {
                    addScaled(taps[phase * width + tap], met, sums[phase]);
                }
            }
        }
        for (int phase = 0; phase < periodOut; phase++) {
            float[] ofPhase = sums[phase];
            for (int at = phase, row = 0; at < count; at += periodOut, row++) {
                target[targetStart + at] = Math.clamp(ofPhase[row], -1f, 1f);
            }
        }
    }

    /// The input from `start` on, dealt out so that each lane holds every `periodIn`-th sample: what one tap meets.
    private float[][] lanes(float[] source, int start, int length) {
        float[][] lanes = new float[periodIn][length];
        for (int lane = 0; lane < periodIn; lane++) {
            float[] samples = lanes[lane];
            int from = start + lane;
            int there = Math.min(length, Math.max(0, (source.length - from + periodIn - 1) / periodIn));
            for (int i = 0; i < there; i++) {
                samples[i] = source[from + i * periodIn];
            }
        }
        return lanes;
    }

    private static void addScaled(float weight, float[] values, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * values[i];
        }
    }

    /// Four running sums, because a single one waits for itself at each step: 2.5 times faster.
    private static float innerProduct(float[] a, int aStart, float[] b, int bStart, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            sum0 += a[aStart + i] * b[bStart + i];
            sum1 += a[aStart + i + 1] * b[bStart + i + 1];
            sum2 += a[aStart + i + 2] * b[bStart + i + 2];
            sum3 += a[aStart + i + 3] * b[bStart + i + 3];
        }
        for (; i < length; i++) {
            sum0 += a[aStart + i] * b[bStart + i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}

package io.undertone.window;

import java.util.Arrays;

/// Says how much of a window is speech, by the energy of short frames against the window's own noise floor. A
/// pure function of the window; a constant gain changes nothing until the speech falls below [#quietestDb].
///
/// Energy knows level, not voice: music, rain of uneven loudness or a barking dog pass. What it is good for is
/// what most of a call's other side is: silence, line noise, hum.
///
/// @param frameMillis length of a frame: short against a syllable (some 200 ms), long against a pitch period
/// @param quietestDb RMS in dB of full scale below which a frame is never speech. Telephone speech is at -20 to
///     -40, the idle noise of mu-law lines below -60.
/// @param leastRangeDb a window whose loud frames are not that much above its floor is steady sound, not speech:
///     speech falls by 15 dB and more between syllables
/// @param share of the range between floor and loud frames at which speech begins
/// @param holeMillis silence up to that long between speech frames is speech: stops and gaps between words
/// @param shortestMillis speech shorter than that is a click
public record SpeechGate(
        int frameMillis, double quietestDb, double leastRangeDb, double share, int holeMillis, int shortestMillis) {

    private static final double DIGITAL_SILENCE_DB = -80; // filled gaps and padding say nothing of the noise floor
    private static final double FLOOR_QUANTILE = 0.1;
    private static final double LOUD_QUANTILE = 0.95;

    public static SpeechGate defaults() {
        return new SpeechGate(20, -60, 9, 0.35, 160, 60);
    }

    /// Whether no sample is loud enough for any frame to be speech. Much cheaper than the ratio, and says less.
    ///
    /// @param samples `[samples]` in [-1, 1]
    public boolean silent(float[] samples) {
        float quietest = (float) Math.pow(10, quietestDb / 20);
        for (float sample : samples) {
            if (Math.abs(sample) >= quietest) {
                return false;
            }
        }
        return true;
    }

    /// @param samples `[samples]` in [-1, 1]
    /// @return share of the frames in [0, 1] that are speech
    public double speechRatio(float[] samples, int rateHz) {
        boolean[] speech = speechFrames(samples, rateHz);
        return speech.length == 0 ? 0 : count(speech) / (double) speech.length;
    }

    /// @param samples `[samples]` in [-1, 1]
    /// @return for each whole frame whether it is speech
    public boolean[] speechFrames(float[] samples, int rateHz) {
        double[] levels = levelsDb(samples, rateHz * frameMillis / 1000);
        double[] heard = Arrays.stream(levels)
                .filter(level -> level > DIGITAL_SILENCE_DB)
                .sorted()
                .toArray();
        boolean[] speech = new boolean[levels.length];
        if (heard.length * frameMillis < shortestMillis) {
            return speech;
        }
        double floor = heard[(int) (FLOOR_QUANTILE * (heard.length - 1))];
        double loud = heard[(int) (LOUD_QUANTILE * (heard.length - 1))];
        if (loud - floor < leastRangeDb) {
            return speech;
        }
        double threshold = Math.max(quietestDb, floor + share * (loud - floor));
        for (int i = 0; i < levels.length; i++) {
            speech[i] = levels[i] >= threshold;
        }
        turnShortRuns(speech, false, holeMillis / frameMillis);
        turnShortRuns(speech, true, (shortestMillis - 1) / frameMillis);
        return speech;
    }

    /// Level of each whole frame without its mean, so that an offset is not loud.
    private static double[] levelsDb(float[] samples, int frame) {
        double[] levels = new double[samples.length / frame];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = 10 * Math.log10(power(samples, i * frame, frame) + 1e-12);
        }
        return levels;
    }

    /// Variance. Four running sums of each kind, because a single one waits for itself at each step.
    private static double power(float[] samples, int start, int length) {
        double sum = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        double squares = 0;
        double squares1 = 0;
        double squares2 = 0;
        double squares3 = 0;
        int end = start + length;
        int i = start;
        for (; i + 3 < end; i += 4) {
            double x0 = samples[i];
            double x1 = samples[i + 1];
            double x2 = samples[i + 2];
            double x3 = samples[i + 3];
            sum += x0;
            sum1 += x1;
            sum2 += x2;
            sum3 += x3;
            squares += x0 * x0;
            squares1 += x1 * x1;
            squares2 += x2 * x2;
            squares3 += x3 * x3;
        }
        for (; i < end; i++) {
            double x = samples[i];
            sum += x;
            squares += x * x;
        }
        sum += sum1 + sum2 + sum3;
        squares += squares1 + squares2 + squares3;
        return Math.max(0, squares - sum * sum / length) / length;
    }

    /// Turns runs of `value` of at most `longest` frames between frames of the other value (or, for speech, at
    /// the edges).
    private static void turnShortRuns(boolean[] speech, boolean value, int longest) {
        int start = 0;
        while (start < speech.length) {
            int end = start;
            while (end < speech.length && speech[end] == speech[start]) {
                end++;
            }
            boolean inside = value || (start > 0 && end < speech.length);
            if (speech[start] == value && end - start <= longest && inside) {
                Arrays.fill(speech, start, end, !value);
            }
            start = end;
        }
    }

    private static int count(boolean[] speech) {
        int count = 0;
        for (boolean each : speech) {
            if (each) {
                count++;
            }
        }
        return count;
    }
}

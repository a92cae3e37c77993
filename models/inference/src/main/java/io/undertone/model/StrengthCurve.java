package io.undertone.model;

import java.util.Arrays;

/// How strong a similarity is for one prompt: the share of reference audio that is less similar to it, smoothed.
/// Immutable.
///
/// Prompts sit at different places: "somebody speaks" is near to everything, "sobbing" to hardly anything, so their raw
/// cosines cannot be compared. Each prompt's curve is made from its own similarities with the reference audio and from
/// nothing else, so adding a prompt to a bank moves no other prompt's strength.
///
/// The distribution is a normal-kernel estimate, `F(s) = 1/n sum_i Phi((s - s_i) / h)`, with Silverman's
/// bandwidth `h = 0.9 min(sd, iqr / 1.34) n^(-1/5)` (Silverman, "Density Estimation", 1986, eq. 3.31),
/// tabulated and read by linear interpolation.
public final class StrengthCurve {

    /// 512 steps over the support: at most 1e-4 from the exact sum, mostly below 1e-5.
    private static final int STEPS = 512;

    /// Reference audio that is all alike would give a step; a cosine does not mean anything finer than this.
    private static final double MIN_BANDWIDTH = 1e-3;

    /// Beyond four bandwidths the normal kernel leaves 3e-5.
    private static final double REACH = 4;

    private final double low;
    private final double step;
    private final double[] table; // [STEPS + 1], rising, in [0, 1]

    private StrengthCurve(double low, double step, double[] table) {
        this.low = low;
        this.step = step;
        this.table = table;
    }

    /// @param similarities of the prompt with the reference audio, at least one
    static StrengthCurve of(double[] similarities) {
        double[] sorted = similarities.clone();
        Arrays.sort(sorted);
        double bandwidth = bandwidth(sorted);
        double low = sorted[0] - REACH * bandwidth;
        double step = (sorted[sorted.length - 1] + REACH * bandwidth - low) / STEPS;
        double[] table = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            table[i] = smoothed(sorted, bandwidth, low + i * step);
        }
        return new StrengthCurve(low, step, table);
    }

    /// @return in [0, 1]; rises with the similarity
    public double at(double similarity) {
        double position = (similarity - low) / step;
        if (position <= 0) {
            return table[0];
        }
        if (position >= STEPS) {
            return table[STEPS];
        }
        int left = (int) position;
        double weight = position - left;
        return table[left] * (1 - weight) + table[left + 1] * weight;
    }

    static double bandwidth(double[] sorted) {
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double squares = Arrays.stream(sorted).map(s -> (s - mean) * (s - mean)).sum();
        double deviation = Math.sqrt(squares / sorted.length);
        double range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
        double spread = range > 0 ? Math.min(deviation, range) : deviation;
        return Math.max(MIN_BANDWIDTH, 0.9 * spread * Math.pow(sorted.length, -0.2));
    }

    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int left = (int) position;
        int right = Math.min(left + 1, sorted.length - 1);
        return sorted[left] + (position - left) * (sorted[right] - sorted[left]);
    }

    /// The exact sum.
    static double smoothed(double[] similarities, double bandwidth, double at) {
        double sum = 0;
        for (double similarity : similarities) {
            sum += normalCdf((at - similarity) / bandwidth);
        }
        return sum / similarities.length;
    }

    /// Abramowitz and Stegun, 7.1.26; absolute error below 1.5e-7 / 2.
    static double normalCdf(double z) {
        double x = Math.abs(z) / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double tail = 0.5 * poly * StrictMath.exp(-x * x);
        return z < 0 ? tail : 1 - tail;
    }
}

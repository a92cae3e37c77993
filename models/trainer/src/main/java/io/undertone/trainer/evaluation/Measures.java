package io.undertone.trainer.evaluation;

import io.undertone.model.Softmax;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/// Measures of order, agreement and recall on plain arrays.
public final class Measures {

    private Measures() {}

    /// Kendall's tau-b (Kendall 1945): ties of either side count neither for nor against; 0 when one side is all
    /// ties.
    public static double kendall(double[] x, double[] y) {
        if (x.length < 2 || constant(x) || constant(y)) {
            return 0;
        }
        return new KendallsCorrelation().correlation(x, y);
    }

    /// The same over those whose label is known.
    ///
    /// @param labels NaN where nobody said it
    /// @return NaN if none is known
    public static double kendallOfLabelled(double[] said, double[] labels) {
        int[] known = IntStream.range(0, labels.length)
                .filter(i -> !Double.isNaN(labels[i]))
                .toArray();
        return known.length == 0 ? Double.NaN : kendall(Bootstrap.pick(said, known), Bootstrap.pick(labels, known));
    }

    private static boolean constant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }

    /// Concordance correlation (Lin 1989), in [-1, 1]: 1 only if the two are equal, not merely in line. With the
    /// variances of the population; 0 when both sides are the same constant.
    public static double concordance(double[] x, double[] y) {
        double meanX = StatUtils.mean(x);
        double meanY = StatUtils.mean(y);
        double together = 0;
        for (int i = 0; i < x.length; i++) {
            together += (x[i] - meanX) * (y[i] - meanY) / x.length;
        }
        double apart = (meanX - meanY) * (meanX - meanY);
        double spread = StatUtils.populationVariance(x) + StatUtils.populationVariance(y) + apart;
        return spread == 0 || x.length == 0 ? 0 : 2 * together / spread;
    }

    /// Unweighted average recall: the mean over classes of the share that was found.
    public static double averageRecall(int[] wanted, int[] found) {
        Map<Integer, int[]> counts = new TreeMap<>();
        for (int i = 0; i < wanted.length; i++) {
            int[] count = counts.computeIfAbsent(wanted[i], _ -> new int[2]);
            count[0] += wanted[i] == found[i] ? 1 : 0;
            count[1]++;
        }
        return counts.values().stream()
                .mapToDouble(count -> (double) count[0] / count[1])
                .average()
                .orElse(0);
    }

    /// The ladder of the paper: each of several descriptions, in rising order, retrieves the `top` clips most
    /// similar with it; Kendall's tau-b between the step and the true values of what it retrieved. Equal
    /// similarities keep the order of the clips.
    ///
    /// @param similarities `[steps, clips]`
    /// @param values `[clips]` true
    public static double ladder(double[][] similarities, double[] values, int top) {
        int kept = Math.min(top, values.length);
        double[] steps = new double[similarities.length * kept];
        double[] retrieved = new double[steps.length];
        for (int step = 0; step < similarities.length; step++) {
            int[] order = mostSimilar(similarities[step], kept);
            for (int k = 0; k < kept; k++) {
                steps[step * kept + k] = step;
                retrieved[step * kept + k] = values[order[k]];
            }
        }
        return kendall(steps, retrieved);
    }

    /// Indexes of the `kept` largest, largest first. Sorts whole numbers that hold value and index: a comparator
    /// over boxed indexes took most of an evaluation's time.
    private static int[] mostSimilar(double[] similarities, int kept) {
        long[] keys = new long[similarities.length];
        for (int i = 0; i < keys.length; i++) {
            int bits = Float.floatToIntBits((float) -similarities[i]);
            int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // as whole numbers in the order of the floats
            keys[i] = ((long) ordered << 32) | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys, 0, kept).mapToInt(key -> (int) key).toArray();
    }

    /// The soft step: where a clip stands on a ladder of descriptions, as the mean step weighted by the softmax of
    /// its similarities. In [0, steps - 1].
    ///
    /// @param similarities `[steps]` of one clip
    /// @param temperature divides, positive
    public static double softStep(double[] similarities, double temperature) {
        double[] weights = Softmax.of(similarities, temperature);
        double mean = 0;
        for (int step = 0; step < weights.length; step++) {
            mean += step * weights[step];
        }
        return mean;
    }

    /// Expected calibration error (Naeini et al. 2015; Guo et al. 2017): the mean over equal-width bins of
    /// confidence, weighted by their clips, of the distance between mean confidence and accuracy. In [0, 1].
    ///
    /// @param confidence `[clips]` in [0, 1], probability of the class that was chosen
    /// @param right `[clips]` whether it was the true one
    public static double calibrationError(double[] confidence, boolean[] right, int bins) {
        double[] surplus = new double[bins];
        for (int i = 0; i < confidence.length; i++) {
            int bin = Math.min(bins - 1, (int) (confidence[i] * bins));
            surplus[bin] += confidence[i] - (right[i] ? 1 : 0);
        }
        return Arrays.stream(surplus).map(Math::abs).sum() / Math.max(1, confidence.length);
    }
}

package io.undertone.trainer.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/// Measures of order and of recall on plain arrays.
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

    private static boolean constant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
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
    /// similar with it; Kendall's tau between the step and the true values of what it retrieved.
    ///
    /// @param similarities `[steps, clips]`
    /// @param values `[clips]` true
    public static double ladder(double[][] similarities, double[] values, int top) {
        int kept = Math.min(top, values.length);
        double[] steps = new double[similarities.length * kept];
        double[] retrieved = new double[steps.length];
        for (int step = 0; step < similarities.length; step++) {
            double[] row = similarities[step];
            Integer[] order = new Integer[row.length];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -row[i]));
            for (int k = 0; k < kept; k++) {
                steps[step * kept + k] = step;
                retrieved[step * kept + k] = values[order[k]];
            }
        }
        return kendall(steps, retrieved);
    }
}

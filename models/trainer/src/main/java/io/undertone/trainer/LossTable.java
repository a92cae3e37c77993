package io.undertone.trainer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/// Measures of heads that were trained with different losses and seeds, as tables for people and for machines.
///
/// @param run whose encoder was used
/// @param epochs of the heads
record LossTable(String run, int seeds, int epochs, List<Entry> entries) {

    /// The loss that the others are compared with.
    static final String REFERENCE = "Rank-N-Contrast, both anchors";

    private static final double CONFIDENCE = 0.95;

    /// One training of the heads, measured on one group of clips.
    record Entry(String group, String loss, int seed, Map<String, Double> values) {}

    /// A mean over seeds with its t interval of 95 % (Student 1908): how far other seeds would move the mean, for
    /// this encoder and these clips.
    record Mean(double value, double low, double high) {

        static Mean of(double[] values) {
            double mean = StatUtils.mean(values);
            double error = Math.sqrt(StatUtils.variance(values) / values.length);
            double reach = values.length < 2
                    ? Double.POSITIVE_INFINITY
                    : error
                            * new TDistribution(values.length - 1)
                                    .inverseCumulativeProbability(1 - (1 - CONFIDENCE) / 2);
            return new Mean(mean, mean - reach, mean + reach);
        }

        boolean excludesZero() {
            return low > 0 || high < 0;
        }
    }

    /// @param difference to [#REFERENCE], paired by seed
    record Summary(String group, String loss, String measure, Mean mean, Mean difference) {}

    /// In the order of the entries.
    @JsonProperty("summaries")
    List<Summary> summaries() {
        List<Summary> summaries = new ArrayList<>();
        for (String group : groups()) {
            for (String loss : losses()) {
                for (String measure : measures()) {
                    double[] own = values(group, loss, measure);
                    double[] reference = values(group, REFERENCE, measure);
                    double[] differences = new double[own.length];
                    for (int i = 0; i < own.length; i++) {
                        differences[i] = own[i] - reference[i];
                    }
                    summaries.add(new Summary(group, loss, measure, Mean.of(own), Mean.of(differences)));
                }
            }
        }
        return summaries;
    }

    private double[] values(String group, String loss, String measure) {
        return entries.stream()
                .filter(entry -> entry.group.equals(group) && entry.loss.equals(loss))
                .mapToDouble(entry -> entry.values.getOrDefault(measure, Double.NaN))
                .toArray();
    }

    private Set<String> groups() {
        return new LinkedHashSet<>(entries.stream().map(Entry::group).toList());
    }

    private Set<String> losses() {
        return new LinkedHashSet<>(entries.stream().map(Entry::loss).toList());
    }

    private Set<String> measures() {
        return entries.isEmpty() ? Set.of() : entries.getFirst().values.keySet();
    }

    /// Two tables for each group: means, and paired differences to the reference; bold where 0 lies outside.
    String toMarkdown() {
        List<Summary> summaries = summaries();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Heads trained anew on the frozen encoder of %s, %d epochs, %d seeds; mean over seeds and, in"
                        + " brackets, its 95 %% t interval.%n",
                run,
                epochs,
                seeds));
        for (String group : groups()) {
            text.append(String.format("%n### %s%n%n", group));
            table(text, summaries, group, false);
            text.append(
                    String.format("%nPaired differences to %s; bold where the interval excludes 0:%n%n", REFERENCE));
            table(text, summaries, group, true);
        }
        return text.toString().replace("\r\n", "\n");
    }

    private void table(StringBuilder text, List<Summary> summaries, String group, boolean differences) {
        text.append("| loss | ").append(String.join(" | ", measures())).append(" |\n");
        text.append("| --- |").append(" --- |".repeat(measures().size())).append('\n');
        for (String loss : losses()) {
            if (differences && loss.equals(REFERENCE)) {
                continue;
            }
            text.append("| ").append(loss).append(" |");
            for (Summary summary : summaries) {
                if (summary.group.equals(group) && summary.loss.equals(loss)) {
                    text.append(' ').append(differences ? difference(summary.difference) : mean(summary.mean));
                    text.append(" |");
                }
            }
            text.append('\n');
        }
    }

    private static String mean(Mean mean) {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", mean.value, mean.low, mean.high);
    }

    private static String difference(Mean mean) {
        String text = String.format(Locale.ROOT, "%+.3f [%+.3f, %+.3f]", mean.value, mean.low, mean.high);
        return mean.excludesZero() ? "**" + text + "**" : text;
    }
}

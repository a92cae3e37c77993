package io.undertone.trainer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/// Measures of heads that were trained in different ways and with several seeds, as tables for people and for
/// machines.
///
/// @param run whose encoder was used
/// @param epochs of the heads
/// @param reference the variant that the others are compared with
record LossTable(String run, int seeds, int epochs, String reference, List<Entry> entries) {

    private static final double CONFIDENCE = 0.95;

    /// One training of the heads, measured on one group of clips.
    ///
    /// @param values by their names; a measure that a variant does not have is not there
    record Entry(String group, String variant, int seed, Map<String, Double> values) {}

    /// A mean over seeds with its t interval of 95 % (Student 1908): how far other seeds would move the mean, for
    /// this encoder and these clips.
    ///
    /// All are NaN without a value.
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

    /// @param difference to the reference, paired by seed
    record Summary(String group, String variant, String measure, Mean mean, Mean difference) {}

    /// In the order of the entries; of a measure that a variant has not there is none, and of one that the reference
    /// has not there is no difference.
    @JsonProperty("summaries")
    List<Summary> summaries() {
        List<Summary> summaries = new ArrayList<>();
        for (String group : groups()) {
            for (String variant : variants()) {
                for (String measure : measures()) {
                    double[] own = values(group, variant, measure);
                    double[] base = values(group, reference, measure);
                    double[] differences = new double[Math.min(own.length, base.length)];
                    Arrays.setAll(differences, seed -> own[seed] - base[seed]);
                    if (own.length > 0) {
                        summaries.add(new Summary(group, variant, measure, Mean.of(own), Mean.of(differences)));
                    }
                }
            }
        }
        return summaries;
    }

    private double[] values(String group, String variant, String measure) {
        return entries.stream()
                .filter(entry -> entry.group.equals(group) && entry.variant.equals(variant))
                .filter(entry -> entry.values.containsKey(measure))
                .mapToDouble(entry -> entry.values.get(measure))
                .toArray();
    }

    private Set<String> groups() {
        return new LinkedHashSet<>(entries.stream().map(Entry::group).toList());
    }

    private Set<String> variants() {
        return new LinkedHashSet<>(entries.stream().map(Entry::variant).toList());
    }

    private Set<String> measures() {
        Set<String> measures = new LinkedHashSet<>();
        entries.forEach(entry -> measures.addAll(entry.values.keySet()));
        return measures;
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
                    String.format("%nPaired differences to %s; bold where the interval excludes 0:%n%n", reference));
            table(text, summaries, group, true);
        }
        return text.toString().replace("\r\n", "\n");
    }

    private void table(StringBuilder text, List<Summary> summaries, String group, boolean differences) {
        text.append("| variant | ").append(String.join(" | ", measures())).append(" |\n");
        text.append("| --- |").append(" --- |".repeat(measures().size())).append('\n');
        for (String variant : variants()) {
            if (differences && variant.equals(reference)) {
                continue;
            }
            text.append("| ").append(variant).append(" |");
            for (String measure : measures()) {
                String cell = summaries.stream()
                        .filter(summary -> summary.group.equals(group)
                                && summary.variant.equals(variant)
                                && summary.measure.equals(measure))
                        .findFirst()
                        .map(summary -> differences ? difference(summary.difference) : mean(summary.mean))
                        .orElse("-");
                text.append(' ').append(cell).append(" |");
            }
            text.append('\n');
        }
    }

    private static String mean(Mean mean) {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", mean.value, mean.low, mean.high);
    }

    private static String difference(Mean mean) {
        if (Double.isNaN(mean.value)) {
            return "-";
        }
        String text = String.format(Locale.ROOT, "%+.3f [%+.3f, %+.3f]", mean.value, mean.low, mean.high);
        return mean.excludesZero() ? "**" + text + "**" : text;
    }
}

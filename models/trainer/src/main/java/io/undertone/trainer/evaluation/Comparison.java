package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Two encoders on the same labelled windows: Kendall's tau of valence and arousal, and zero-shot recall, each with
/// the difference and its paired 95 % bootstrap interval over speakers. Immutable.
///
/// @param windows how many
public record Comparison(int windows, int speakers, List<Line> lines) {

    /// A measure that falls by more counts as worse even where few speakers leave the interval wide.
    public static final double MOST_LOST = 0.02;

    private static final long SEED = 1;

    public Comparison {
        lines = List.copyOf(lines);
    }

    /// What an encoder says of a window.
    public record Said(Embedding embedding, double valence, double arousal) {}

    /// One measure.
    ///
    /// @param difference after less before
    public record Line(String measure, double before, double after, Interval difference) {

        /// Whether the interval of the difference lies below 0, or it fell by more than [#MOST_LOST].
        public boolean worse() {
            return difference.high() < 0 || difference.value() < -MOST_LOST;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s %.3f, was %.3f (difference %+.3f [%+.3f, %+.3f])",
                    measure,
                    after,
                    before,
                    difference.value(),
                    difference.low(),
                    difference.high());
        }
    }

    /// @param labels of the windows
    /// @param before what the old encoder says, in the same order
    /// @param after what the new one says
    /// @param prompts the text encoder that both share
    /// @param temperature of the bundle
    public static Comparison of(
            List<Clip> labels,
            List<Said> before,
            List<Said> after,
            Function<List<String>, List<Embedding>> prompts,
            double temperature) {
        List<ClipEncoding> old = encodings(labels, before);
        List<ClipEncoding> fresh = encodings(labels, after);
        List<Line> lines = new ArrayList<>();
        order("tau valence", Estimates.ofValence(old), Estimates.ofValence(fresh), lines);
        order("tau arousal", Estimates.ofArousal(old), Estimates.ofArousal(fresh), lines);
        if (labels.stream()
                        .map(Clip::emotion)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .count()
                > 1) {
            lines.add(recall(old, fresh, prompts, temperature));
        }
        return new Comparison(labels.size(), Bootstrap.over(old, SEED).speakers(), lines);
    }

    /// Of the windows whose labels say the dimension, if there are any.
    private static void order(String measure, Estimates before, Estimates after, List<Line> into) {
        if (!before.clips().isEmpty()) {
            Bootstrap bootstrap = Bootstrap.over(before.clips(), SEED);
            into.add(line(
                    measure, before::tau, after::tau, bootstrap, before.clips().size()));
        }
    }

    /// Of the windows that have a category.
    private static Line recall(
            List<ClipEncoding> old,
            List<ClipEncoding> fresh,
            Function<List<String>, List<Embedding>> prompts,
            double temperature) {
        List<ClipEncoding> oldNamed = ClipEncoding.named(old);
        ZeroShot before = ZeroShot.of(oldNamed, Captions::plain, prompts, temperature);
        ZeroShot after = ZeroShot.of(ClipEncoding.named(fresh), Captions::plain, prompts, temperature);
        Bootstrap bootstrap = Bootstrap.over(oldNamed, SEED);
        return line("recall by prompts", before::recall, after::recall, bootstrap, oldNamed.size());
    }

    private static Line line(
            String measure,
            ToDoubleFunction<int[]> before,
            ToDoubleFunction<int[]> after,
            Bootstrap bootstrap,
            int count) {
        int[] all = java.util.stream.IntStream.range(0, count).toArray();
        return new Line(
                measure,
                before.applyAsDouble(all),
                after.applyAsDouble(all),
                bootstrap.interval(0, some -> after.applyAsDouble(some) - before.applyAsDouble(some)));
    }

    private static List<ClipEncoding> encodings(List<Clip> labels, List<Said> said) {
        List<ClipEncoding> encodings = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Said one = said.get(i);
            encodings.add(new ClipEncoding(labels.get(i), one.embedding(), one.valence(), one.arousal(), List.of()));
        }
        return encodings;
    }

    /// Measures that are worse.
    public List<Line> worse() {
        return lines.stream().filter(Line::worse).toList();
    }

    @Override
    public String toString() {
        return windows + " windows of " + speakers + " speakers: "
                + String.join("; ", lines.stream().map(Line::toString).toList());
    }
}

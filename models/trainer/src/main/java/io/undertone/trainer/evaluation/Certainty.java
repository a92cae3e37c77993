package io.undertone.trainer.evaluation;

import io.undertone.rank.Estimate;
import io.undertone.tag.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/// How far the bundle's own certainty can be believed.
///
/// @param calibrationError expected calibration error of the zero-shot class probabilities, 15 bins of equal width;
///     its chance is the error that perfectly calibrated probabilities would show on so many clips
/// @param valenceCoverage share of the tags whose interval holds the label, mean over clips; the bundle states what
///     it should be. Its chance is the coverage of the same intervals on the labels of other clips
/// @param arousalCoverage the same
/// @param abstained share of the clips of which no window was tagged; its chance, 0, is never to abstain
/// @param accuracy zero-shot accuracy over all clips
/// @param accuracyAnswered over those on which the tagger does not abstain
/// @param abstainingGains accuracyAnswered minus accuracy; its chance, 0, is to abstain blindly
/// @param accuracyConfidentHalf accuracy over the half of the clips with the highest probability: what abstaining
///     by probability could buy
record Certainty(
        Interval calibrationError,
        Interval valenceCoverage,
        Interval arousalCoverage,
        Interval abstained,
        Interval accuracy,
        Interval accuracyAnswered,
        Interval abstainingGains,
        Interval accuracyConfidentHalf) {

    static final int BINS = 15;

    private static final int CHANCE_DRAWS = 20;

    /// @param classes of those of the clips that have a category
    static Certainty of(List<ClipEncoding> clips, ZeroShot classes, long seed) {
        List<ClipEncoding> named = ClipEncoding.named(clips);
        Bootstrap bootstrap = Bootstrap.over(named, seed);
        boolean[] right = classes.right();
        double[] confidence = classes.confidence();
        boolean[] answered = new boolean[right.length];
        for (int i = 0; i < answered.length; i++) {
            answered[i] = !named.get(i).abstained();
        }
        SplittableRandom random = new SplittableRandom(seed);
        double chance = classes.chance();
        return new Certainty(
                bootstrap.interval(
                        calibratedByChance(confidence, random),
                        some -> Measures.calibrationError(
                                Bootstrap.pick(confidence, some), Bootstrap.pick(right, some), BINS)),
                coverage(Estimates.ofValence(clips), Tag.Scored::valence, seed, random),
                coverage(Estimates.ofArousal(clips), Tag.Scored::arousal, seed, random),
                Bootstrap.over(clips, seed)
                        .interval(
                                0,
                                some -> Arrays.stream(some)
                                        .mapToDouble(i -> clips.get(i).abstained() ? 1 : 0)
                                        .average()
                                        .orElse(0)),
                bootstrap.interval(chance, some -> accuracy(right, some)),
                bootstrap.interval(chance, some -> accuracy(right, only(answered, some))),
                bootstrap.interval(0, some -> accuracy(right, only(answered, some)) - accuracy(right, some)),
                bootstrap.interval(chance, some -> accuracy(right, confidentHalf(confidence, some))));
    }

    /// The error of labels that come true with exactly the stated probabilities.
    private static double calibratedByChance(double[] confidence, SplittableRandom random) {
        double sum = 0;
        for (int draw = 0; draw < CHANCE_DRAWS; draw++) {
            boolean[] lucky = new boolean[confidence.length];
            for (int i = 0; i < lucky.length; i++) {
                lucky[i] = random.nextDouble() < confidence[i];
            }
            sum += Measures.calibrationError(confidence, lucky, BINS);
        }
        return sum / CHANCE_DRAWS;
    }

    private static Interval coverage(
            Estimates labelled, Function<Tag.Scored, Estimate> estimate, long seed, SplittableRandom random) {
        double[] labels = labelled.labels();
        double[] own = new double[labels.length];
        double[] others = new double[labels.length];
        for (int i = 0; i < own.length; i++) {
            List<Tag> tags = labelled.clips().get(i).tags();
            own[i] = covered(tags, estimate, labels[i]);
            others[i] = covered(tags, estimate, labels[random.nextInt(own.length)]);
        }
        double chance = mean(others, IntStream.range(0, others.length).toArray());
        return Bootstrap.over(labelled.clips(), seed).interval(chance, some -> mean(own, some));
    }

    /// Share of the tags whose interval holds the label; NaN where nothing was tagged.
    private static double covered(List<Tag> tags, Function<Tag.Scored, Estimate> estimate, double label) {
        return tags.stream()
                .filter(Tag.Scored.class::isInstance)
                .map(Tag.Scored.class::cast)
                .map(estimate)
                .mapToDouble(said -> holds(said, label) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static boolean holds(Estimate estimate, double truth) {
        return estimate.low() <= truth && truth <= estimate.high();
    }

    private static double mean(double[] values, int[] some) {
        return Arrays.stream(some)
                .mapToDouble(i -> values[i])
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
    }

    private static int[] only(boolean[] kept, int[] some) {
        return Arrays.stream(some).filter(i -> kept[i]).toArray();
    }

    private static int[] confidentHalf(double[] confidence, int[] some) {
        return Arrays.stream(some)
                .boxed()
                .sorted((a, b) -> Double.compare(confidence[b], confidence[a]))
                .limit((some.length + 1) / 2)
                .mapToInt(i -> i)
                .toArray();
    }

    private static double accuracy(boolean[] right, int[] some) {
        return Arrays.stream(some).mapToDouble(i -> right[i] ? 1 : 0).average().orElse(0);
    }
}

package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Captions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Measures encoded clips against their labels: all of them, by corpus, by the speaker's sex and by language. Every
/// figure comes with a bootstrap interval over speakers (see [Bootstrap]), over those clips whose labels say what it
/// is measured by: of a corpus with rated arousal alone there is no figure of valence and no recall.
final class Evaluation {

    private static final int SMALLEST_TOP = 5;
    private static final int TOP_SHARE = 20;

    private final Function<List<String>, List<Embedding>> prompts;
    private final double temperature;
    private final double probabilityTemperature;
    private final long seed;

    /// @param prompts the bundle's text encoder
    /// @param temperature the bundle's, of the soft ladders
    /// @param probabilityTemperature the bundle's, of the probabilities of categories
    Evaluation(
            Function<List<String>, List<Embedding>> prompts,
            double temperature,
            double probabilityTemperature,
            long seed) {
        this.prompts = prompts;
        this.temperature = temperature;
        this.probabilityTemperature = probabilityTemperature;
        this.seed = seed;
    }

    /// All clips as one group, each corpus if there are several, and each sex and language that the labels state.
    List<Group> groups(List<ClipEncoding> clips, Progress progress) {
        record Named(String name, Group.By by, List<ClipEncoding> clips) {}
        List<Named> named = new ArrayList<>();
        Map<String, List<ClipEncoding>> corpora = by(clips, clip -> clip.clip().corpus());
        if (corpora.size() > 1) {
            named.add(new Named("all", Group.By.ALL, clips));
        }
        corpora.forEach((name, own) -> named.add(new Named(name, Group.By.CORPUS, own)));
        by(clips, clip -> clip.clip().gender()).forEach((name, own) -> named.add(new Named(name, Group.By.SEX, own)));
        by(clips, clip -> clip.clip().language())
                .forEach((name, own) -> named.add(new Named(name, Group.By.LANGUAGE, own)));
        List<Group> groups = new ArrayList<>();
        try (var step = progress.start("measuring", named.size())) {
            for (Named each : named) {
                groups.add(group(each.name, each.by, each.clips));
                step.at().accept(groups.size());
            }
        }
        return groups;
    }

    private static Map<String, List<ClipEncoding>> by(List<ClipEncoding> clips, Function<ClipEncoding, String> key) {
        Map<String, List<ClipEncoding>> groups = new TreeMap<>();
        for (ClipEncoding clip : clips) {
            String name = key.apply(clip);
            if (!name.isEmpty()) {
                groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(clip);
            }
        }
        return groups;
    }

    private Group group(String name, Group.By by, List<ClipEncoding> clips) {
        List<ClipEncoding> named = ClipEncoding.named(clips);
        Bootstrap ofNamed = Bootstrap.over(named, seed);
        ZeroShot classes = ZeroShot.of(named, Captions::plain, prompts, probabilityTemperature);
        ZeroShot newWording = ZeroShot.of(named, Captions::heldOut, prompts, probabilityTemperature);
        Axis valence = axis(Estimates.ofValence(clips), Ladders.VALENCE);
        Axis arousal = axis(Estimates.ofArousal(clips), Ladders.AROUSAL);
        return new Group(
                name,
                by,
                clips.size(),
                Bootstrap.over(clips, seed).speakers(),
                classes.classes(),
                valence.tau,
                arousal.tau,
                valence.concordance,
                arousal.concordance,
                valence.ladder,
                arousal.ladder,
                top(clips),
                valence.softLadder,
                arousal.softLadder,
                classes.recall(ofNamed),
                newWording.recall(ofNamed),
                ModalityGap.of(clips, prompts, seed),
                Certainty.of(clips, classes, seed));
    }

    /// One dimension of the plane; chance is 0 everywhere.
    private record Axis(Interval tau, Interval concordance, Interval ladder, Interval softLadder) {}

    private Axis axis(Estimates estimates, List<List<String>> phrasings) {
        List<ClipEncoding> clips = estimates.clips();
        Bootstrap bootstrap = Bootstrap.over(clips, seed);
        List<double[][]> ladders = Ladders.similarities(clips, phrasings, prompts);
        return new Axis(
                bootstrap.interval(0, estimates::tau),
                bootstrap.interval(0, estimates::concordance),
                bootstrap.interval(0, Ladders.retrieval(ladders, estimates.labels(), top(clips))),
                bootstrap.interval(0, Ladders.soft(ladders, estimates.labels(), temperature)));
    }

    /// Each description of a ladder retrieves one clip in twenty, at least five, at most the whole pool.
    static int top(List<ClipEncoding> clips) {
        return Math.min(clips.size(), Math.max(SMALLEST_TOP, clips.size() / TOP_SHARE));
    }
}

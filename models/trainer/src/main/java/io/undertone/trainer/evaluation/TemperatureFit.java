package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.model.ModelBundle;
import io.undertone.model.Softmax;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// The temperature at which the probabilities of categories, by prompts in usual wordings, are least surprised by the
/// labels: temperature scaling (Guo et al. 2017) on windows of speakers whom the weights never learned from. It moves
/// no order and no recall, only how sure the probabilities are. Deterministic.
///
/// A window chooses from the categories that its corpus has, also those of other speakers. All corpora count alike, in
/// a corpus all speakers, of a speaker all windows: what is fitted is a new speaker's, and a corpus of many clips does
/// not decide alone.
///
/// @param temperature fitted, in [[#LEAST], [#MOST]], to 4 decimals
/// @param windows that it was fitted on
/// @param speakers of them
/// @param before at the temperature that was there before
/// @param after at the fitted one
/// @param corpora one by one, in the order of their names
public record TemperatureFit(
        double temperature, int windows, int speakers, Quality before, Quality after, List<OfCorpus> corpora) {

    /// How true probabilities are.
    ///
    /// @param surprise weighted mean of minus the logarithm of the labelled category's probability, in nats
    /// @param calibrationError of all windows alike, in [0, 1]; see [Measures#calibrationError]
    public record Quality(double surprise, double calibrationError) {}

    /// What one corpus says of it, and what it is given by the others: how far a fitted temperature carries.
    ///
    /// @param alone temperature fitted on it alone
    /// @param others temperature fitted on all others; NaN if there is no other
    /// @param byOthers at that one; NaN if there is no other
    public record OfCorpus(
            String corpus,
            int windows,
            int speakers,
            double alone,
            double others,
            Quality before,
            Quality after,
            Quality byOthers) {}

    /// Where every answer is right, surprise is least at 0. Here a tenth of a cosine makes odds of 150: certain enough.
    public static final double LEAST = 0.02;

    /// Where answers are no better than guessed, it is least at infinity. Here the whole range of a cosine, 2, makes
    /// odds of 2.7: uncertain enough.
    public static final double MOST = 2;

    /// Of the range of the inverse temperature: to 1e-15 of it.
    private static final int HALVINGS = 50;

    /// What a window chooses from.
    ///
    /// @param similarities one a category
    /// @param wanted index of the labelled one
    /// @param weight positive
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Choice(double[] similarities, int wanted, double weight) {}

    /// One corpus: weights that add up to 1.
    private record Choices(String corpus, int speakers, List<Choice> windows) {}

    public TemperatureFit {
        corpora = List.copyOf(corpora);
    }

    /// Of a bundle on its calibration speakers, whose windows are cut as the tagger cuts them.
    ///
    /// @param corpus that it learned from; other speakers and corpora in it are left out
    /// @return nothing where no window has a choice: there are no categories, or one a corpus
    public static Optional<TemperatureFit> of(Path bundle, Corpus corpus, Progress progress) {
        try (ModelBundle opened = ModelBundle.open(bundle)) {
            HeardSpeakers heard = HeardSpeakers.of(opened.manifest());
            List<LabelledEmbedding> windows = new ArrayList<>();
            WindowEmbeddings.of(opened, corpus.with(heard.calibrating(corpus.clips())), progress, windows::add);
            return of(
                    windows,
                    corpus.clips(),
                    opened.textEncoder()::encode,
                    opened.manifest().probabilityTemperature());
        }
    }

    /// @param windows of speakers who were not learned from; those without a category are left out
    /// @param labels of all speakers of the corpora: the categories to choose from
    /// @param prompts the bundle's text encoder
    /// @param before the temperature that was there before
    /// @return nothing where no window has a choice
    public static Optional<TemperatureFit> of(
            List<LabelledEmbedding> windows,
            List<Clip> labels,
            Function<List<String>, List<Embedding>> prompts,
            double before) {
        List<Choices> corpora = new ArrayList<>();
        by(windows, one -> one.label().corpus()).forEach((name, own) -> {
            Choices choices = choices(name, own, categories(name, labels), prompts);
            if (!choices.windows.isEmpty()) {
                corpora.add(choices);
            }
        });
        if (corpora.isEmpty()) {
            return Optional.empty();
        }
        List<Choice> all = together(corpora);
        double fitted = fitted(all);
        return Optional.of(new TemperatureFit(
                fitted,
                all.size(),
                corpora.stream().mapToInt(Choices::speakers).sum(),
                quality(all, before),
                quality(all, fitted),
                corpora.stream()
                        .map(one -> ofCorpus(one, corpora, before, fitted))
                        .toList()));
    }

    private static List<Choice> together(List<Choices> corpora) {
        return corpora.stream().flatMap(one -> one.windows.stream()).toList();
    }

    private static OfCorpus ofCorpus(Choices own, List<Choices> corpora, double before, double fitted) {
        List<Choice> rest = together(
                corpora.stream().filter(one -> !one.corpus.equals(own.corpus)).toList());
        double others = rest.isEmpty() ? Double.NaN : fitted(rest);
        return new OfCorpus(
                own.corpus,
                own.windows.size(),
                own.speakers,
                fitted(own.windows),
                others,
                quality(own.windows, before),
                quality(own.windows, fitted),
                rest.isEmpty() ? new Quality(Double.NaN, Double.NaN) : quality(own.windows, others));
    }

    private static Map<String, List<LabelledEmbedding>> by(
            List<LabelledEmbedding> windows, Function<LabelledEmbedding, String> key) {
        Map<String, List<LabelledEmbedding>> groups = new TreeMap<>();
        for (LabelledEmbedding window : windows) {
            if (!window.label().emotion().isEmpty()) {
                groups.computeIfAbsent(key.apply(window), _ -> new ArrayList<>())
                        .add(window);
            }
        }
        return groups;
    }

    private static List<String> categories(String corpus, List<Clip> labels) {
        return List.copyOf(new TreeSet<>(labels.stream()
                .filter(clip -> clip.corpus().equals(corpus))
                .map(Clip::emotion)
                .filter(name -> !name.isEmpty())
                .toList()));
    }

    /// None where there is one category only.
    private static Choices choices(
            String name,
            List<LabelledEmbedding> corpus,
            List<String> categories,
            Function<List<String>, List<Embedding>> prompts) {
        if (categories.size() < 2) {
            return new Choices(name, 0, List.of());
        }
        List<List<Embedding>> texts = categories.stream()
                .map(category -> prompts.apply(Captions.plain(category)))
                .toList();
        var speakers = by(corpus, one -> one.label().speaker()).values();
        List<Choice> choices = new ArrayList<>();
        for (List<LabelledEmbedding> own : speakers) {
            for (LabelledEmbedding one : own) {
                choices.add(new Choice(
                        ZeroShot.similarities(one.embedding(), texts),
                        categories.indexOf(one.label().emotion()),
                        1.0 / (speakers.size() * own.size())));
            }
        }
        return new Choices(name, speakers.size(), choices);
    }

    /// By halving: the surprise is convex in the inverse temperature, so its slope changes sign once.
    static double fitted(List<Choice> choices) {
        double low = 1 / MOST;
        double high = 1 / LEAST;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (slope(choices, 1 / middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.round(2e4 / (low + high)) / 1e4;
    }

    /// How the surprise grows with the inverse temperature: the similarity that is expected by the probabilities, less
    /// that of the labelled category.
    private static double slope(List<Choice> choices, double temperature) {
        double sum = 0;
        for (Choice choice : choices) {
            double[] probabilities = Softmax.of(choice.similarities, temperature);
            double expected = 0;
            for (int i = 0; i < probabilities.length; i++) {
                expected += probabilities[i] * choice.similarities[i];
            }
            sum += choice.weight * (expected - choice.similarities[choice.wanted]);
        }
        return sum;
    }

    /// Weighted mean, in nats.
    static double surprise(List<Choice> choices, double temperature) {
        double sum = 0;
        double weights = 0;
        for (Choice choice : choices) {
            double probability = Softmax.of(choice.similarities, temperature)[choice.wanted];
            // One that is too small for a double surprises as the smallest does.
            sum -= choice.weight * Math.log(Math.max(probability, Double.MIN_NORMAL));
            weights += choice.weight;
        }
        return sum / weights;
    }

    private static Quality quality(List<Choice> choices, double temperature) {
        double[] confidence = new double[choices.size()];
        boolean[] right = new boolean[confidence.length];
        for (int i = 0; i < right.length; i++) {
            Choice choice = choices.get(i);
            int found = ZeroShot.largest(choice.similarities);
            confidence[i] = Softmax.of(choice.similarities, temperature)[found];
            right[i] = found == choice.wanted;
        }
        return new Quality(
                surprise(choices, temperature), Measures.calibrationError(confidence, right, Certainty.BINS));
    }

    /// A line for each corpus.
    public Table table() {
        return new Table(
                List.of(
                        "corpus",
                        "windows / speakers",
                        "temperature alone",
                        "of the others",
                        "surprise before",
                        "fitted",
                        "by the others",
                        "calibration error before",
                        "fitted",
                        "by the others"),
                corpora.stream()
                        .map(one -> List.of(
                                one.corpus,
                                one.windows + " / " + one.speakers,
                                cell(one.alone),
                                cell(one.others),
                                cell(one.before.surprise),
                                cell(one.after.surprise),
                                cell(one.byOthers.surprise),
                                cell(one.before.calibrationError),
                                cell(one.after.calibrationError),
                                cell(one.byOthers.calibrationError)))
                        .toList());
    }

    private static String cell(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    /// One line, for logs and people.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "temperature of probabilities %.4f, fitted on %d windows of %d speakers: surprise %.3f nats, was %.3f",
                temperature,
                windows,
                speakers,
                after.surprise,
                before.surprise);
    }
}

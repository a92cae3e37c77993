package io.undertone.trainer.evaluation;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.RatedSentences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Measures the text side of a bundle: unseen prompts, and sentences that readers rated. Intervals are bootstrap
/// intervals over the texts. Owned by one thread.
public final class TextEvaluation {

    /// Encoding a sentence takes some milliseconds.
    private static final int MOST_SENTENCES = 500;

    private static final long SEED = 1;
    private static final Interval NOTHING = new Interval(0, 0, 0, 0);

    private record Pair(Affect meant, Affect read) {}

    private TextEvaluation() {}

    /// @param sentences rated, as [RatedSentences] reads them; none if there are none
    public static TextReport evaluate(Path bundlePath, @Nullable Path sentences, Progress progress) {
        List<RatedSentences.Sentence> rated = sentences == null
                ? List.of()
                : Samples.some(RatedSentences.forMeasuring(sentences), MOST_SENTENCES, new SplittableRandom(SEED));
        List<UnseenPrompts.Prompt> prompts = UnseenPrompts.read();
        try (ModelBundle bundle = ModelBundle.open(bundlePath);
                var step = progress.start("reading texts", prompts.size() + rated.size())) {
            TextPlane plane = TextPlane.of(bundle.textEncoder()::encode);
            List<TextReport.Placed> placed = new ArrayList<>();
            for (UnseenPrompts.Prompt prompt : prompts) {
                Affect read = plane.place(embedding(bundle, prompt.text()));
                placed.add(new TextReport.Placed(
                        prompt.text(), prompt.place(), read, UnseenPrompts.inRegion(prompt.place(), read)));
                step.at().accept(placed.size());
            }
            List<Pair> read = new ArrayList<>();
            for (RatedSentences.Sentence sentence : rated) {
                try {
                    read.add(new Pair(sentence.place(), plane.place(embedding(bundle, sentence.text()))));
                } catch (InvalidInputException _) { // longer than the text encoder takes
                    continue;
                }
                step.at().accept(placed.size() + read.size());
            }
            return report(bundle, plane.captions(), placed, read);
        }
    }

    private static Embedding embedding(ModelBundle bundle, String text) {
        return bundle.textEncoder().encode(List.of(text)).getFirst();
    }

    private static TextReport report(
            ModelBundle bundle, int captions, List<TextReport.Placed> placed, List<Pair> sentences) {
        List<Pair> prompts = placed.stream()
                .map(prompt -> new Pair(prompt.meant(), prompt.read()))
                .toList();
        return new TextReport(
                bundle.manifest().name() + " " + bundle.manifest().version(),
                "prompts",
                captions,
                inRegion(prompts),
                tau(prompts, Affect::valence),
                tau(prompts, Affect::arousal),
                sentences.size(),
                tau(sentences, Affect::valence),
                tau(sentences, Affect::arousal),
                placed);
    }

    private static Interval inRegion(List<Pair> pairs) {
        double chance = pairs.stream()
                .flatMap(one -> pairs.stream().map(other -> new Pair(other.meant, one.read)))
                .mapToDouble(TextEvaluation::hit)
                .average()
                .orElse(0);
        double[] hits = pairs.stream().mapToDouble(TextEvaluation::hit).toArray();
        return overTexts(pairs)
                .interval(
                        chance,
                        some -> IntStream.of(some)
                                .mapToDouble(i -> hits[i])
                                .average()
                                .orElse(0));
    }

    private static double hit(Pair pair) {
        return UnseenPrompts.inRegion(pair.meant, pair.read) ? 1 : 0;
    }

    private static Interval tau(List<Pair> pairs, ToDoubleFunction<Affect> axis) {
        if (pairs.isEmpty()) {
            return NOTHING;
        }
        double[] meant = pairs.stream()
                .mapToDouble(pair -> axis.applyAsDouble(pair.meant))
                .toArray();
        double[] read = pairs.stream()
                .mapToDouble(pair -> axis.applyAsDouble(pair.read))
                .toArray();
        return overTexts(pairs)
                .interval(0, some -> Measures.kendall(Bootstrap.pick(read, some), Bootstrap.pick(meant, some)));
    }

    private static Bootstrap overTexts(List<Pair> pairs) {
        return Bootstrap.of(
                IntStream.range(0, pairs.size()).mapToObj(String::valueOf).toList(), SEED);
    }
}

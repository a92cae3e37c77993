package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.model.Softmax;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/// Categories found by prompts alone: the similarity of a clip with a category is the mean over the category's
/// prompts, and its probabilities are the softmax of those at the temperature of the bundle's probabilities. Immutable.
final class ZeroShot {

    private final int classes;
    private final int[] wanted; // [clips] true category
    private final int[] found; // [clips] most probable category, the first of equals
    private final double[] confidence; // [clips] its probability

    private ZeroShot(int classes, int[] wanted, int[] found, double[] confidence) {
        this.classes = classes;
        this.wanted = wanted;
        this.found = found;
        this.confidence = confidence;
    }

    /// Chooses from the categories of the clips, which must have one each.
    ///
    /// @param prompts of a category
    /// @param encoder of the prompts
    /// @param temperature of the probabilities
    static ZeroShot of(
            List<ClipEncoding> clips,
            Function<String, List<String>> prompts,
            Function<List<String>, List<Embedding>> encoder,
            double temperature) {
        List<String> classes = List.copyOf(
                new TreeSet<>(clips.stream().map(clip -> clip.clip().emotion()).toList()));
        List<List<Embedding>> embeddings =
                classes.stream().map(name -> encoder.apply(prompts.apply(name))).toList();
        int[] wanted = clips.stream()
                .mapToInt(clip -> classes.indexOf(clip.clip().emotion()))
                .toArray();
        int[] found = new int[clips.size()];
        double[] confidence = new double[clips.size()];
        for (int i = 0; i < found.length; i++) {
            double[] similarities = similarities(clips.get(i).embedding(), embeddings);
            found[i] = largest(similarities);
            confidence[i] = Softmax.of(similarities, temperature)[found[i]];
        }
        return new ZeroShot(classes.size(), wanted, found, confidence);
    }

    /// With each category: the mean over its prompts.
    ///
    /// @param prompts of each category
    static double[] similarities(Embedding clip, List<List<Embedding>> prompts) {
        return prompts.stream()
                .mapToDouble(own -> own.stream()
                        .mapToDouble(prompt -> prompt.cosine(clip))
                        .average()
                        .orElse(0))
                .toArray();
    }

    /// The first of equals.
    static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    int classes() {
        return classes;
    }

    /// What guessing evenly gives.
    double chance() {
        return 1.0 / classes;
    }

    double recall(int[] some) {
        return Measures.averageRecall(Bootstrap.pick(wanted, some), Bootstrap.pick(found, some));
    }

    Interval recall(Bootstrap bootstrap) {
        return bootstrap.interval(chance(), this::recall);
    }

    /// `[clips]`, not to be changed.
    double[] confidence() {
        return confidence;
    }

    /// `[clips]`
    boolean[] right() {
        boolean[] right = new boolean[found.length];
        for (int i = 0; i < right.length; i++) {
            right[i] = found[i] == wanted[i];
        }
        return right;
    }
}

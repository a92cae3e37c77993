package io.undertone.trainer;

import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.RatedSentences;
import io.undertone.trainer.corpus.RatedSentences.Sentence;
import io.undertone.trainer.corpus.TextVectors;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/// Rated sentences to learn from: texts that describe no clip, so that the text side knows more words than the grammar
/// has. Immutable.
///
/// Readers' ratings keep to the middle of their scale; they are stretched to the spread that categories have in the
/// plane.
///
/// @param vectors `[sentences][384]`
/// @param places `[sentences][2]`
@SuppressWarnings("ArrayRecordComponent") // never compared, and not changed
record Sentences(List<float[]> vectors, double[][] places) {

    private static final double VALENCE_DEVIATION = 0.4;
    private static final double AROUSAL_DEVIATION = 0.3;

    /// @param file under `root`; empty for none
    static Sentences open(String file, Path root, Path cache, Progress progress) {
        if (file.isEmpty()) {
            return new Sentences(List.of(), new double[0][]);
        }
        List<Sentence> rated = RatedSentences.forTraining(root.resolve(file));
        List<String> texts = List.copyOf(
                new LinkedHashSet<>(rated.stream().map(Sentence::text).toList()));
        TextVectors vectors = TextVectors.of(texts, cache, progress);
        double valence = VALENCE_DEVIATION
                / deviation(rated.stream().mapToDouble(s -> s.place().valence()).toArray());
        double arousal = AROUSAL_DEVIATION
                / deviation(rated.stream().mapToDouble(s -> s.place().arousal()).toArray());
        double[][] places = new double[rated.size()][];
        for (int i = 0; i < places.length; i++) {
            Affect place = rated.get(i).place();
            places[i] = new double[] {valence * place.valence(), arousal * place.arousal()};
        }
        return new Sentences(
                rated.stream().map(sentence -> vectors.get(sentence.text())).toList(), places);
    }

    boolean isEmpty() {
        return vectors.isEmpty();
    }

    private static double deviation(double[] values) {
        double mean = java.util.Arrays.stream(values).average().orElse(0);
        double squares = java.util.Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .sum();
        return Math.max(1e-6, Math.sqrt(squares / Math.max(1, values.length)));
    }
}

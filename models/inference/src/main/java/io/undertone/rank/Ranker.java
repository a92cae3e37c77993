package io.undertone.rank;

import io.undertone.model.Embedding;
import io.undertone.model.Softmax;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Ranks the prompts of a bank for one window: cosine, strength and probability of each, most similar first. Immutable.
public final class Ranker {

    private static final Comparator<RankedPrompt> MOST_SIMILAR_FIRST =
            Comparator.comparingDouble(RankedPrompt::similarity).reversed();

    private final double temperature;

    /// @param temperature divides the similarities before the softmax, positive
    public Ranker(double temperature) {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature must be positive: " + temperature);
        }
        this.temperature = temperature;
    }

    /// Exact numbers, not rounded. A window against 64 prompts takes tens of microseconds; a packed matrix was not
    /// worth its code beside an encoder that takes milliseconds (see `RankerBenchmark`).
    public Ranking rank(Embedding window, PromptBank bank) {
        double[] similarities = new double[bank.size()];
        for (int i = 0; i < similarities.length; i++) {
            similarities[i] = window.cosine(bank.embedding(i));
        }
        double[] probabilities = Softmax.of(similarities, temperature);
        List<RankedPrompt> ranked = new ArrayList<>(similarities.length);
        for (int i = 0; i < similarities.length; i++) {
            double strength = bank.strength(i).at(similarities[i]);
            ranked.add(new RankedPrompt(bank.prompts().get(i), similarities[i], strength, probabilities[i]));
        }
        ranked.sort(MOST_SIMILAR_FIRST); // stable: equal similarity keeps the bank's order
        return new Ranking(ranked);
    }
}

package io.undertone.rank;

import io.undertone.model.Embedding;
import io.undertone.model.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// Ranks the prompts of a bank for one window: cosine, strength and probability of each, most similar first. Immutable.
///
/// A prompt that is compared and not listed costs some tens of nanoseconds (`RankerBenchmark`).
public final class Ranker {

    private final double temperature;
    private final Listing listing;

    /// @param temperature divides the similarities before the softmax, positive
    public Ranker(double temperature, Listing listing) {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature must be positive: " + temperature);
        }
        this.temperature = temperature;
        this.listing = listing;
    }

    /// Exact numbers, not rounded.
    public Ranking rank(Embedding window, PromptBank bank) {
        float[] similarities = bank.similarities(window);
        long[] listed = listed(similarities, bank);
        double largest = similarities[(int) listed[0]];
        double sum = Softmax.sum(similarities, largest, temperature);
        List<RankedPrompt> ranked = new ArrayList<>(listed.length);
        for (long place : listed) {
            int i = (int) place;
            double probability = Math.exp((similarities[i] - largest) / temperature) / sum;
            double strength = bank.strength(i).at(similarities[i]);
            ranked.add(new RankedPrompt(bank.prompts().get(i), similarities[i], strength, probability));
        }
        return new Ranking(ranked);
    }

    private long[] listed(float[] similarities, PromptBank bank) {
        long[] first = mostSimilar(similarities, listing.most());
        if (first.length == similarities.length || listing.always().isEmpty()) {
            return first;
        }
        long last = first[first.length - 1];
        long[] others = listing.always().stream()
                .map(bank::indexOf)
                .filter(OptionalInt::isPresent)
                .mapToLong(index -> place(similarities[index.getAsInt()], index.getAsInt()))
                .filter(place -> place > last)
                .sorted()
                .toArray();
        long[] all = Arrays.copyOf(first, first.length + others.length);
        System.arraycopy(others, 0, all, first.length, others.length);
        return all;
    }

    /// Places in rising order, the most similar prompt first.
    private static long[] mostSimilar(float[] similarities, int most) {
        long[] places = new long[Math.min(most, similarities.length)];
        for (int i = 0; i < places.length; i++) {
            places[i] = place(similarities[i], i);
        }
        Arrays.sort(places);
        for (int i = places.length; i < similarities.length; i++) {
            long place = place(similarities[i], i);
            if (place < places[places.length - 1]) {
                insert(places, place);
            }
        }
        return places;
    }

    /// Puts a place where it belongs; the last one falls out.
    private static void insert(long[] places, long place) {
        int at = -Arrays.binarySearch(places, place) - 1;
        System.arraycopy(places, at, places, at + 1, places.length - at - 1);
        places[at] = place;
    }

    /// A number that is smaller the greater the similarity, and of equal similarities the one that stands first in the
    /// bank; its lower half is the index.
    private static long place(float similarity, int index) {
        int bits = Float.floatToIntBits(similarity + 0f); // + 0: -0 and 0 are equal
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~rising << 32) | index;
    }
}

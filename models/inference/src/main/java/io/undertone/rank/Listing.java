package io.undertone.rank;

import java.util.Set;

/// Which prompts of a bank a ranking lists. All of them are compared, and probabilities are over all; a bank of
/// thousands would only make records of hundreds of kilobytes.
///
/// @param most so many of the most similar prompts, at least 1
/// @param always ids of prompts that are listed wherever they stand
public record Listing(int most, Set<String> always) {

    public Listing {
        if (most < 1) {
            throw new IllegalArgumentException("most must be at least 1: " + most);
        }
        always = Set.copyOf(always);
    }

    /// Every prompt.
    public static Listing all() {
        return new Listing(Integer.MAX_VALUE, Set.of());
    }
}

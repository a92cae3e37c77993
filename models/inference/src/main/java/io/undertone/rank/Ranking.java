package io.undertone.rank;

import java.util.List;

/// The prompts of a bank that are listed for one window (see [Listing]), most similar first; equal similarity keeps the
/// bank's order.
public record Ranking(List<RankedPrompt> prompts) {

    public Ranking {
        prompts = List.copyOf(prompts);
    }
}

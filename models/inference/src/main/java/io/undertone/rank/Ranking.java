package io.undertone.rank;

import java.util.List;

/// Every prompt of a bank for one window, most similar first; equal similarity keeps the bank's order.
public record Ranking(List<RankedPrompt> prompts) {

    public Ranking {
        prompts = List.copyOf(prompts);
    }
}

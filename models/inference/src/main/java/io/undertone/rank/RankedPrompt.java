package io.undertone.rank;

/// How well one prompt fits one window.
///
/// @param similarity cosine of the two embeddings, in [-1, 1]
/// @param strength the similarity read against the prompt's own distribution over reference audio, in [0, 1]; other
///     prompts of the bank do not move it
/// @param probability softmax of similarity / temperature over the bank, in [0, 1]
public record RankedPrompt(Prompt prompt, double similarity, double strength, double probability) {}

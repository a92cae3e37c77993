package io.undertone.streams.config;

/// What a tag lists of a bank. All prompts are compared, and probabilities are over all of them.
///
/// @param maxPrompts so many of the most similar ones; those that alert rules name are listed beside them
public record RankingConfig(int maxPrompts) {

    static final int MAX_PROMPTS = 64;

    public RankingConfig {
        Range.check("ranking.max-prompts", maxPrompts, 1, 4096);
    }

    static RankingConfig read(Section section) {
        return new RankingConfig(section.integer("max-prompts", MAX_PROMPTS));
    }
}

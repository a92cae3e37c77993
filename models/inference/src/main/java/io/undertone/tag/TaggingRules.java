package io.undertone.tag;

import io.undertone.rank.Listing;

/// When a window is not ranked, and what a ranking lists.
///
/// @param minSpeechRatio a window with a smaller share of speech abstains, in [0, 1]
/// @param minCoverage a window of which a smaller share arrived abstains, in [0, 1]; not asked of a partial window
/// @param abstainUncertain whether a window that no listed prompt fits (best strength below the bundle's `minStrength`)
/// abstains
/// @param listing prompts that a tag lists
public record TaggingRules(double minSpeechRatio, double minCoverage, boolean abstainUncertain, Listing listing) {

    /// Speech that a partial window needs at most, in seconds.
    static final double PARTIAL_SPEECH_SECONDS = 0.5;

    public TaggingRules {
        if (!(minSpeechRatio >= 0 && minSpeechRatio <= 1)) {
            throw new IllegalArgumentException("minSpeechRatio must be in [0, 1]: " + minSpeechRatio);
        }
        if (!(minCoverage >= 0 && minCoverage <= 1)) {
            throw new IllegalArgumentException("minCoverage must be in [0, 1]: " + minCoverage);
        }
    }

    /// A fifth of speech, half of the audio, abstaining when uncertain; every prompt is listed.
    public static TaggingRules defaults() {
        return new TaggingRules(0.2, 0.5, true, Listing.all());
    }
}

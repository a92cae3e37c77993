package io.undertone.tag;

import io.undertone.rank.Estimate;
import io.undertone.rank.Ranking;
import io.undertone.window.WindowQuality;

/// What is said of one window: how it sounds, or that nothing can be said and why.
public sealed interface Tag {

    /// Position of the window in its channel, from 0.
    long windowIndex();

    WindowQuality quality();

    /// The window sounds like the first prompts of the ranking.
    record Scored(long windowIndex, WindowQuality quality, Estimate valence, Estimate arousal, Ranking ranking)
            implements Tag {}

    record Abstained(long windowIndex, WindowQuality quality, Abstention reason) implements Tag {}
}

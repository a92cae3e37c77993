package io.undertone.streams.config;

import java.time.Duration;

/// Embeddings that are kept to retrain from. Only of calls, or channels, for which an event said that consent was
/// given, whatever the policy assumes.
///
/// @param enabled whether any are kept
/// @param share of the windows that are kept, drawn by a hash of call id, channel and window: every process and every
///     replay draws the same
/// @param remember how long it is known what was kept of a channel, so that a withdrawal or an erasure deletes it: at
///     least as long as the topic keeps it
public record RetrainingFeedConfig(boolean enabled, double share, Duration remember) {

    static final boolean ENABLED = false;
    static final double SHARE = 1;
    /// The topic's 30 days, and what passes until the last segment with such a record is deleted.
    static final Duration REMEMBER = Duration.ofDays(32);

    public RetrainingFeedConfig {
        Range.checkRatio("retraining-feed.share", share);
        Range.check("retraining-feed.remember", remember, Duration.ofDays(1), Duration.ofDays(400));
    }

    static RetrainingFeedConfig read(Section section) {
        return new RetrainingFeedConfig(
                section.flag("enabled", ENABLED),
                section.number("share", SHARE),
                section.duration("remember", REMEMBER));
    }
}

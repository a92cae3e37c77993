package io.undertone.streams;

import io.undertone.streams.config.RetrainingFeedConfig;
import java.time.Duration;

/// What is kept to retrain from. See [RetrainingFeedConfig] for the meaning. Immutable.
record FeedRules(boolean enabled, double share, Duration remember) {

    static FeedRules of(RetrainingFeedConfig config) {
        return new FeedRules(config.enabled(), config.share(), config.remember());
    }
}

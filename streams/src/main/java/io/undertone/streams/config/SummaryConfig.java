package io.undertone.streams.config;

import java.time.Duration;

/// Summaries of calls.
///
/// @param every call time of a channel between two running summaries of its call
public record SummaryConfig(Duration every) {

    static final Duration EVERY = Duration.ofSeconds(10);

    public SummaryConfig {
        Range.check("summaries.every", every, Duration.ofSeconds(1), Duration.ofHours(24));
    }

    static SummaryConfig read(Section section) {
        return new SummaryConfig(section.duration("every", EVERY));
    }
}

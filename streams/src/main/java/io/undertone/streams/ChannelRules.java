package io.undertone.streams;

import io.undertone.streams.config.AlertRule;
import io.undertone.streams.config.GateConfig.SilentWindows;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.util.List;

/// What a task may do with a channel, and how long it waits for one. See
/// [io.undertone.streams.config.WindowingConfig], [io.undertone.streams.config.PolicyConfig],
/// [io.undertone.streams.config.SummaryConfig] and [AlertRule] for the meaning.
///
/// @param pendingBound windows of one task that are cut and not yet published at most
/// @param tagSilence whether a window without speech gives a tag that abstains
record ChannelRules(
        PolicyRules policy,
        Duration rememberCalls,
        Duration gapTimeout,
        Duration idleTimeout,
        Duration rememberFinished,
        int pendingBound,
        boolean tagSilence,
        Duration summaryEvery,
        List<AlertRule> alerts,
        FeedRules feed) {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    /// Where nobody speaks live a channel is never silent too long: it ends when all is read.
    ChannelRules withoutTimeouts() {
        return new ChannelRules(
                policy,
                rememberCalls,
                FOREVER,
                FOREVER,
                rememberFinished,
                pendingBound,
                tagSilence,
                summaryEvery,
                alerts,
                feed);
    }

    static ChannelRules of(UndertoneConfig config) {
        return new ChannelRules(
                PolicyRules.of(config.policy()),
                config.policy().rememberCalls(),
                config.windowing().gapTimeout(),
                config.windowing().idleTimeout(),
                config.windowing().rememberFinished(),
                config.inference().inFlightPerTask(),
                config.gate().silentWindows() == SilentWindows.TAG,
                config.summaries().every(),
                config.alerts(),
                FeedRules.of(config.retrainingFeed()));
    }
}

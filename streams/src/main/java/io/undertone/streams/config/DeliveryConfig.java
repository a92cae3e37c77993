package io.undertone.streams.config;

import java.time.Duration;

/// What is promised about the tags, and what it costs.
///
/// @param commitInterval under exactly-once a tag becomes visible at the commit, so about half of this is added to the
///     latency; each commit costs a round trip
/// @param transactionTimeout how long the open transaction of a process that died unseen may hide what follows it
public record DeliveryConfig(Guarantee guarantee, Duration commitInterval, Duration transactionTimeout) {

    public enum Guarantee {
        /// Nothing is lost, doubled or reordered for readers with `isolation.level=read_committed`.
        EXACTLY_ONCE,
        /// Nothing is lost; after a crash some tags may come twice.
        AT_LEAST_ONCE
    }

    static final Guarantee GUARANTEE = Guarantee.EXACTLY_ONCE;
    static final Duration COMMIT_INTERVAL = Duration.ofMillis(50);
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);

    public DeliveryConfig {
        Range.check("delivery.commit-interval", commitInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
        Range.check("delivery.transaction-timeout", transactionTimeout, Duration.ofSeconds(1), Duration.ofMinutes(15));
        if (transactionTimeout.compareTo(commitInterval.multipliedBy(4)) < 0) {
            throw new IllegalArgumentException("'delivery.transaction-timeout' must be at least four times"
                    + " 'delivery.commit-interval' (" + commitInterval.toMillis() + "ms): "
                    + transactionTimeout.toMillis() + "ms");
        }
    }

    static DeliveryConfig read(Section section) {
        return new DeliveryConfig(
                section.choice("guarantee", Guarantee.class, GUARANTEE),
                section.duration("commit-interval", COMMIT_INTERVAL),
                section.duration("transaction-timeout", TRANSACTION_TIMEOUT));
    }
}

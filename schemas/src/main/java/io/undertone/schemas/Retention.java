package io.undertone.schemas;

import java.time.Duration;

/// How long a topic keeps its records.
public sealed interface Retention {

    /// Value of Kafka's `cleanup.policy`.
    String cleanupPolicy();

    /// Records are deleted this long after their timestamp.
    record For(Duration duration) implements Retention {

        public For {
            requirePositive(duration);
        }

        @Override
        public String cleanupPolicy() {
            return "delete";
        }
    }

    /// The last record of each key is kept until a tombstone removes it.
    record Compacted() implements Retention {

        @Override
        public String cleanupPolicy() {
            return "compact";
        }
    }

    /// The last record of each key is kept until a tombstone removes it, or until this long after its timestamp.
    record CompactedFor(Duration duration) implements Retention {

        public CompactedFor {
            requirePositive(duration);
        }

        @Override
        public String cleanupPolicy() {
            return "compact,delete";
        }
    }

    private static void requirePositive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("retention must be longer than zero: " + duration);
        }
    }
}

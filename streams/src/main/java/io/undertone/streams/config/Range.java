package io.undertone.streams.config;

import java.time.Duration;

/// Range checks whose message names the key, the range and the value.
final class Range {

    private Range() {}

    static void check(String key, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException("'" + key + "' must be in [" + low + ", " + high + "]: " + value);
        }
    }

    static void checkRatio(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("'" + key + "' must be in [0, 1]: " + value);
        }
    }

    static void check(String key, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    "'" + key + "' must be in [" + text(low) + ", " + text(high) + "]: " + text(value));
        }
    }

    static void checkText(String key, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("'" + key + "' must not be blank");
        }
    }

    /// As it is written in the file: `200ms`, `2s`.
    private static String text(Duration value) {
        return value.toMillis() % 1000 == 0 ? value.toSeconds() + "s" : value.toMillis() + "ms";
    }
}

package io.undertone.window;

import java.time.Duration;

/// Bounds on what a channel may ask of us, and how long it is waited for what is missing.
///
/// @param grace audio time that a gap stays open for its chunks
/// @param maxPayloadBytes of one chunk
/// @param maxFilledGap of a longer gap, windows that lie wholly inside it are not given
/// @param maxSequenceJump how far ahead of the next chunk a sequence may be
public record WindowingLimits(Duration grace, int maxPayloadBytes, Duration maxFilledGap, int maxSequenceJump) {

    public WindowingLimits {
        if (grace.isNegative() || grace.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("grace must be in [0 s, 10 min]: " + grace);
        }
        if (maxPayloadBytes < 1) {
            throw new IllegalArgumentException("maxPayloadBytes must be positive: " + maxPayloadBytes);
        }
        if (maxFilledGap.isNegative()) {
            throw new IllegalArgumentException("maxFilledGap must not be negative: " + maxFilledGap);
        }
        if (maxSequenceJump < 1) {
            throw new IllegalArgumentException("maxSequenceJump must be positive: " + maxSequenceJump);
        }
    }

    /// Grace 2 s (retries of a producer take less, and a tag later than that is no longer live); payload 1 MiB
    /// (Kafka's own default bound on a record); filled gap 30 s (longer silence tells nothing); jump 10,000 (33
    /// min of 200 ms chunks).
    public static WindowingLimits defaults() {
        return new WindowingLimits(Duration.ofSeconds(2), 1 << 20, Duration.ofSeconds(30), 10_000);
    }
}

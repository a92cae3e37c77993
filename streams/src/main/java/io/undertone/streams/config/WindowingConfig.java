package io.undertone.streams.config;

import java.time.Duration;
import java.util.Optional;

/// How chunks become windows.
///
/// @param hop distance of two windows; absent: the bundle's. A multiple of 100 ms, at most the window
/// @param grace how much audio of the same channel passes a missing chunk before it is filled with silence
/// @param maxPayloadBytes largest payload of a chunk
/// @param maxFilledGap longest gap that is filled with silence; windows wholly inside a longer one are left out
/// @param maxSequenceJump how far ahead of the expected sequence a chunk may be
/// @param gapTimeout wall-clock time without a chunk of the channel after which what is missing is taken for lost
/// @param idleTimeout wall-clock time without a chunk of the channel after which its stream is taken for ended. A
///     channel that goes on later is refused until `rememberFinished` is over, so this is generous: what it costs is
///     some seconds of audio kept for a call whose gateway died
/// @param rememberFinished how long late duplicates of an ended channel are told from a new one
public record WindowingConfig(
        Optional<Duration> hop,
        Duration grace,
        int maxPayloadBytes,
        Duration maxFilledGap,
        int maxSequenceJump,
        Duration gapTimeout,
        Duration idleTimeout,
        Duration rememberFinished) {

    static final Duration GRACE = Duration.ofSeconds(2);
    static final int MAX_PAYLOAD_BYTES = 1 << 20;
    static final Duration MAX_FILLED_GAP = Duration.ofSeconds(30);
    static final int MAX_SEQUENCE_JUMP = 10_000;
    static final Duration GAP_TIMEOUT = Duration.ofSeconds(5);
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);
    static final Duration REMEMBER_FINISHED = Duration.ofMinutes(10);

    public WindowingConfig {
        hop.ifPresent(value -> Range.check("windowing.hop", value, Duration.ofMillis(100), Duration.ofMinutes(1)));
        Range.check("windowing.grace", grace, Duration.ZERO, Duration.ofMinutes(1));
        Range.check("windowing.max-payload-bytes", maxPayloadBytes, 1, 16 << 20);
        Range.check("windowing.max-filled-gap", maxFilledGap, Duration.ZERO, Duration.ofMinutes(10));
        Range.check("windowing.max-sequence-jump", maxSequenceJump, 1, 10_000_000);
        Range.check("windowing.gap-timeout", gapTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        Range.check("windowing.idle-timeout", idleTimeout, gapTimeout, Duration.ofHours(24));
        Range.check("windowing.remember-finished", rememberFinished, Duration.ZERO, Duration.ofHours(24));
    }

    static WindowingConfig read(Section section) {
        return new WindowingConfig(
                section.optionalDuration("hop"),
                section.duration("grace", GRACE),
                section.integer("max-payload-bytes", MAX_PAYLOAD_BYTES),
                section.duration("max-filled-gap", MAX_FILLED_GAP),
                section.integer("max-sequence-jump", MAX_SEQUENCE_JUMP),
                section.duration("gap-timeout", GAP_TIMEOUT),
                section.duration("idle-timeout", IDLE_TIMEOUT),
                section.duration("remember-finished", REMEMBER_FINISHED));
    }
}

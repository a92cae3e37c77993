package io.undertone.streams;

import java.time.Duration;

/// Notices that the encoder does not come back from a run. Only time in which the process ran counts (see
/// [IdleClock]): a process that was paused must not find, when it wakes up, that its encoder hangs.
///
/// Thread safe: one thread runs the encoder, another asks.
final class RunWatch {

    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    private final Duration timeout;
    private final Duration interval;
    private final IdleClock clock;
    private long startedMillis = -1; // by the clock; -1 while nothing runs

    /// @param timeout of one run
    RunWatch(Duration timeout) {
        this.timeout = timeout;
        Duration tenth = timeout.dividedBy(10);
        this.interval = tenth.compareTo(LONGEST_INTERVAL) < 0 ? tenth : LONGEST_INTERVAL;
        this.clock = new IdleClock(interval, 0);
    }

    /// How often to ask.
    Duration interval() {
        return interval;
    }

    synchronized void begin() {
        startedMillis = clock.millis();
    }

    synchronized void end() {
        startedMillis = -1;
    }

    /// Whether the run that goes on has taken too long.
    ///
    /// @param nowMillis of any clock that does not go backwards
    synchronized boolean overdue(long nowMillis) {
        clock.tick(nowMillis);
        return startedMillis >= 0 && clock.millis() - startedMillis >= timeout.toMillis();
    }
}

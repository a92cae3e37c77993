package io.undertone.streams;

import java.time.Duration;

/// Wall-clock time during which the task was looked after. A stream thread that stands still for a while (a
/// slow broker, a rebalance, a paused process) sees the chunks of that while only afterwards: that time must
/// not make its channels look idle. So a tick counts for no more than two of its intervals. Owned by the task's
/// stream thread.
final class IdleClock {

    private final long longestTickMillis;
    private long millis;
    private long lastTickMillis;

    /// @param interval of the ticks
    /// @param startMillis wall clock
    IdleClock(Duration interval, long startMillis) {
        this.longestTickMillis = 2 * interval.toMillis();
        this.lastTickMillis = startMillis;
    }

    /// The ticks begin again after a pause in which nobody cared for the time.
    void restart(long wallClockMillis) {
        lastTickMillis = wallClockMillis;
    }

    void tick(long wallClockMillis) {
        millis += Math.clamp(wallClockMillis - lastTickMillis, 0, longestTickMillis);
        lastTickMillis = wallClockMillis;
    }

    /// Milliseconds since the start that counted.
    long millis() {
        return millis;
    }
}

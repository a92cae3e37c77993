package io.undertone.streams.cli;

import java.time.Instant;

/// The clock of a replay, and the waiting for it: an interface because tests do not wait.
public interface Pacer {

    Instant now();

    /// Returns at `due`, at once when that is past.
    void waitUntil(Instant due) throws InterruptedException;

    /// The machine's clock. Read once and carried on by the monotonic one, so that a step of the wall clock in the
    /// middle of a call neither stops nor hurries it.
    static Pacer realTime() {
        return new RealTimePacer(Instant.now(), System.nanoTime());
    }
}

package io.undertone.streams.cli;

import java.time.Duration;
import java.time.Instant;

/// @param origin wall clock at `originNanos` of the monotonic clock
record RealTimePacer(Instant origin, long originNanos) implements Pacer {

    @Override
    public Instant now() {
        return origin.plusNanos(System.nanoTime() - originNanos);
    }

    @Override
    public void waitUntil(Instant due) throws InterruptedException {
        Duration left = Duration.between(now(), due);
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }
}

package io.undertone.streams;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long stream threads may stand still for want of room at the encoder.
///
/// Between two commits a stream thread works on records of all its tasks inside one transaction. Standing still is how
/// the consumer is made to stop fetching, but a thread that stands too long loses its transaction or its seat in the
/// group. So each thread has a budget that all its tasks share, and that is renewed when punctuators run: after them
/// Kafka Streams commits, if the interval has passed.
///
/// Thread safe: each thread sees its own budget.
final class Patience {

    /// The longest single wait, after which the mailbox is looked into again.
    private static final Duration SLICE = Duration.ofMillis(50);

    private final long budgetNanos;
    private final LongSupplier nanoTime;
    private final ThreadLocal<Long> spentNanos = ThreadLocal.withInitial(() -> 0L);

    /// @param budget of one thread between two rounds of punctuators
    /// @param nanoTime a clock like [System#nanoTime]
    Patience(Duration budget, LongSupplier nanoTime) {
        this.budgetNanos = budget.toNanos();
        this.nanoTime = nanoTime;
    }

    /// A quarter of what may pass before the transaction or the seat in the group is lost.
    static Duration budget(Duration maxPollInterval, Duration transactionTimeout) {
        Duration shorter = maxPollInterval.compareTo(transactionTimeout) < 0 ? maxPollInterval : transactionTimeout;
        return shorter.dividedBy(4);
    }

    boolean exhausted() {
        return spentNanos.get() >= budgetNanos;
    }

    /// Waits for an answer, at most a slice and at most what is left of the budget.
    void await(Mailbox mailbox) throws InterruptedException {
        long start = nanoTime.getAsLong();
        long left = budgetNanos - spentNanos.get();
        mailbox.await(Duration.ofNanos(Math.clamp(left, 0, SLICE.toNanos())));
        spentNanos.set(spentNanos.get() + nanoTime.getAsLong() - start);
    }

    void renew() {
        spentNanos.set(0L);
    }
}

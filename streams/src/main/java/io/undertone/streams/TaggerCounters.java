package io.undertone.streams;

import java.util.concurrent.atomic.LongAdder;

/// What happened since the start of the process, over all tasks. Thread safe; counts what was done, also what a crash
/// rolls back and what is then done again.
public final class TaggerCounters {

    private final LongAdder chunks = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder blockedChunks = new LongAdder();
    private final LongAdder windows = new LongAdder();
    private final LongAdder tags = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder encodedWindows = new LongAdder();
    private final LongAdder banksTaken = new LongAdder();
    private final LongAdder banksRefused = new LongAdder();
    private final LongAdder callEvents = new LongAdder();
    private final LongAdder summaries = new LongAdder();
    private final LongAdder alerts = new LongAdder();

    /// @param chunks records read from the audio topic
    /// @param duplicates of them, those that were there before
    /// @param deadLetters of them, those that went to the dead-letter topic
    /// @param blockedChunks of them, those that the policy dropped unread
    /// @param windows cut from the others
    /// @param tags handed to Kafka
    /// @param batches run by the encoder
    /// @param encodedWindows windows in those batches
    /// @param banksTaken prompt banks that were read from the topic and used
    /// @param banksRefused prompt banks that could not be used
    /// @param callEvents records read from the topic of call events and used
    /// @param summaries handed to Kafka
    /// @param alerts starts and ends handed to Kafka
    public record Snapshot(
            long chunks,
            long duplicates,
            long deadLetters,
            long blockedChunks,
            long windows,
            long tags,
            long batches,
            long encodedWindows,
            long banksTaken,
            long banksRefused,
            long callEvents,
            long summaries,
            long alerts) {}

    void chunk() {
        chunks.increment();
    }

    void duplicate() {
        duplicates.increment();
    }

    void deadLetter() {
        deadLetters.increment();
    }

    void blockedChunk() {
        blockedChunks.increment();
    }

    void window() {
        windows.increment();
    }

    void tag() {
        tags.increment();
    }

    void batch(int size) {
        batches.increment();
        encodedWindows.add(size);
    }

    void bankTaken() {
        banksTaken.increment();
    }

    void bankRefused() {
        banksRefused.increment();
    }

    void callEvent() {
        callEvents.increment();
    }

    void summary() {
        summaries.increment();
    }

    void alert() {
        alerts.increment();
    }

    Snapshot snapshot() {
        return new Snapshot(
                chunks.sum(),
                duplicates.sum(),
                deadLetters.sum(),
                blockedChunks.sum(),
                windows.sum(),
                tags.sum(),
                batches.sum(),
                encodedWindows.sum(),
                banksTaken.sum(),
                banksRefused.sum(),
                callEvents.sum(),
                summaries.sum(),
                alerts.sum());
    }
}

package io.undertone.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/// What happened since the start of the process, over all tasks: the tagger's own metrics. Thread safe; counts what was
/// done, also what a crash rolls back and what is then done again. No metric names a call.
public final class TaggerCounters {

    private final Counter chunks;
    private final Counter duplicates;
    private final Counter restarts;
    private final Counter deadLetters;
    private final Counter blockedChunks;
    private final Counter windows;
    private final Counter tags;
    private final Counter batches;
    private final Counter encodedWindows;
    private final Counter unspokenWindows;
    private final Counter banksTaken;
    private final Counter banksRefused;
    private final Counter bundlesSwapped;
    private final Counter bundlesRefused;
    private final Counter callEvents;
    private final Counter summaries;
    private final Counter alerts;
    private final Counter embeddings;
    private final Timer encoding;
    private final Timer tagDelay;

    TaggerCounters(MeterRegistry registry) {
        chunks = counter(registry, "undertone.chunks", "records read from the audio topic");
        duplicates = counter(registry, "undertone.chunks.duplicate", "chunks that were there before");
        restarts = counter(registry, "undertone.channels.restarted", "gateways that counted a channel from 0 again");
        deadLetters = counter(registry, "undertone.dead.letters", "chunks and events that were put aside");
        blockedChunks = counter(registry, "undertone.chunks.blocked", "chunks that the policy dropped unread");
        windows = counter(registry, "undertone.windows", "windows cut");
        tags = counter(registry, "undertone.tags", "tags handed to Kafka");
        batches = counter(registry, "undertone.encoder.batches", "runs of the encoder");
        unspokenWindows =
                counter(registry, "undertone.windows.unspoken", "windows that the speech detector found no speech in");
        encodedWindows = counter(registry, "undertone.encoder.windows", "windows in those runs");
        banksTaken = counter(registry, "undertone.prompt.banks.taken", "prompt banks read and used");
        banksRefused = counter(registry, "undertone.prompt.banks.refused", "prompt banks that could not be used");
        bundlesSwapped = counter(registry, "undertone.bundle.swaps", "bundles taken into use while calls ran");
        bundlesRefused = counter(registry, "undertone.bundle.swaps.refused", "bundles that could not be used");
        callEvents = counter(registry, "undertone.call.events", "call events read and used");
        summaries = counter(registry, "undertone.summaries", "summaries handed to Kafka");
        alerts = counter(registry, "undertone.alerts", "starts and ends of alerts handed to Kafka");
        embeddings = counter(registry, "undertone.embeddings.kept", "embeddings handed to Kafka to retrain from");
        encoding = timer(registry, "undertone.encoder.run", "duration of a run of the encoder");
        tagDelay = timer(
                registry,
                "undertone.tag.delay",
                "from the capture of a window's last chunk, by the gateway's clock, until its tag is handed to Kafka");
    }

    /// For whoever publishes no metrics.
    TaggerCounters() {
        this(new SimpleMeterRegistry());
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry);
    }

    /// @param chunks records read from the audio topic
    /// @param duplicates of them, those that were there before
    /// @param deadLetters chunks and events that went to the dead-letter topic
    /// @param blockedChunks of the chunks, those that the policy dropped unread
    /// @param windows cut from the others
    /// @param tags handed to Kafka
    /// @param batches run by the encoder
    /// @param encodedWindows windows in those batches
    /// @param banksTaken prompt banks that were read from the topic and used
    /// @param banksRefused prompt banks that could not be used
    /// @param bundlesSwapped bundles that were taken into use after the start
    /// @param bundlesRefused bundles that could not be used
    /// @param callEvents records read from the topic of call events and used
    /// @param summaries handed to Kafka
    /// @param alerts starts and ends handed to Kafka
    /// @param embeddings handed to Kafka to retrain from
    /// @param restarts gateways that counted a channel from 0 again
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
            long bundlesSwapped,
            long bundlesRefused,
            long callEvents,
            long summaries,
            long alerts,
            long embeddings,
            long restarts) {}

    void chunk() {
        chunks.increment();
    }

    void duplicate() {
        duplicates.increment();
    }

    void restart() {
        restarts.increment();
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

    /// @param delay since the capture of the window's last chunk; a clock that runs ahead makes it negative
    void tagDelay(Duration delay) {
        tagDelay.record(delay.isNegative() ? Duration.ZERO : delay);
    }

    void batch(int size) {
        batches.increment();
        encodedWindows.increment(size);
    }

    void unspoken(int count) {
        unspokenWindows.increment(count);
    }

    void encoded(Duration duration) {
        encoding.record(duration);
    }

    void bankTaken() {
        banksTaken.increment();
    }

    void bankRefused() {
        banksRefused.increment();
    }

    void bundleSwapped() {
        bundlesSwapped.increment();
    }

    void bundleRefused() {
        bundlesRefused.increment();
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

    void embedding() {
        embeddings.increment();
    }

    Snapshot snapshot() {
        return new Snapshot(
                count(chunks),
                count(duplicates),
                count(deadLetters),
                count(blockedChunks),
                count(windows),
                count(tags),
                count(batches),
                count(encodedWindows),
                count(banksTaken),
                count(banksRefused),
                count(bundlesSwapped),
                count(bundlesRefused),
                count(callEvents),
                count(summaries),
                count(alerts),
                count(embeddings),
                count(restarts));
    }

    private static long count(Counter counter) {
        return Math.round(counter.count());
    }
}

package io.undertone.model;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Threads that share the rows of a batch. They take small parts, each the next as soon as it is done with one, and
/// meet
/// once a batch: who was put off for a while, because others want the core, does fewer. Threads of one run inside of
/// ONNX
/// Runtime would meet at each of its operators, and wait there for whoever was put off.
///
/// Threading: `run` by one thread at a time, which takes parts itself.
final class BatchCrew implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    /// A part is this share of what would be left for each thread: larger ones cost less, smaller ones end together.
    private static final int SHARE = 2;

    /// What is done with rows `from` to `to`, the latter excluded, by any of the threads.
    @FunctionalInterface
    interface Part {
        void run(int from, int to) throws OrtException;
    }

    private final int threads;
    private final ExecutorService helpers;

    /// @param threads that of the caller is one of them
    BatchCrew(int threads) {
        this.threads = threads;
        this.helpers = Executors.newFixedThreadPool(
                Math.max(1, threads - 1), // they start with their first part
                Thread.ofPlatform().daemon().name("undertone-encoder-", 1).factory());
    }

    /// Returns when all parts that began have ended; after a failure no further ones begin.
    ///
    /// @throws OrtException what a part threw
    void run(int batch, Part part) throws OrtException {
        AtomicInteger next = new AtomicInteger();
        Runnable takeParts = () -> takeParts(batch, next, part);
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int other = 1; other < Math.min(threads, batch); other++) {
            others.add(CompletableFuture.runAsync(takeParts, helpers));
        }
        try {
            takeParts.run();
        } catch (CompletionException e) {
            others.forEach(other -> other.exceptionally(_ -> null).join()); // they write into the caller's buffers
            throw failure(e);
        }
        try {
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw failure(e);
        }
    }

    private void takeParts(int batch, AtomicInteger next, Part part) {
        try {
            for (int from = next.get(); from < batch; from = next.get()) {
                int to = from + Math.ceilDiv(batch - from, SHARE * threads);
                if (next.compareAndSet(from, to)) {
                    part.run(from, to);
                }
            }
        } catch (OrtException | RuntimeException | Error e) {
            next.set(batch);
            throw new CompletionException(e);
        }
    }

    private static OrtException failure(CompletionException e) {
        return switch (e.getCause()) {
            case OrtException failed -> failed;
            case Error error -> throw error;
            case RuntimeException failed -> throw failed;
            case null, default -> throw e;
        };
    }

    /// Waits for helpers that still run a part: what they use must not go under them.
    @Override
    public void close() {
        helpers.shutdown();
        try {
            boolean _ = helpers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

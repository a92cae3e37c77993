package io.undertone.model;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Runs the parts of a batch side by side, each by a thread of its own, and is done when all are. The threads meet once
/// a batch. Those of one run inside of ONNX Runtime meet at each of its operators, and where the cores are shared with
/// threads of Kafka every such meeting waits for whoever was put off.
///
/// Threading: one thread at a time, which runs the first part itself.
final class SplitSession implements EncoderSession {

    private static final int PATIENCE_SECONDS = 10;

    private final EncoderSession session;
    private final int windowSamples;
    private final int dim;
    private final int threads;
    private final ExecutorService helpers;

    /// @param session can be run by several threads at once; closed with this one
    /// @param threads at least 2, that of the caller is one of them
    SplitSession(EncoderSession session, int windowSamples, int dim, int threads) {
        this.session = session;
        this.windowSamples = windowSamples;
        this.dim = dim;
        this.threads = threads;
        this.helpers = Executors.newFixedThreadPool(
                threads - 1,
                Thread.ofPlatform().daemon().name("undertone-encoder-", 1).factory());
    }

    @Override
    public void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects) throws OrtException {
        int parts = Math.min(threads, batch);
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int from = batch * part / parts;
            int to = batch * (part + 1) / parts;
            others.add(CompletableFuture.runAsync(() -> runPart(from, to, waveforms, embeddings, affects), helpers));
        }
        try {
            runPart(0, batch / parts, waveforms, embeddings, affects);
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

    private void runPart(int from, int to, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects) {
        int rows = to - from;
        try {
            session.run(
                    rows,
                    waveforms.slice(from * windowSamples, rows * windowSamples),
                    embeddings.slice(from * dim, rows * dim),
                    affects.slice(from * 2, rows * 2));
        } catch (OrtException e) {
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

    @Override
    public String device() {
        return session.device();
    }

    @Override
    public boolean fixedBatches() {
        return session.fixedBatches();
    }

    /// Waits for helpers that still run a part: the session must not go under them.
    @Override
    public void close() {
        helpers.shutdown();
        try {
            boolean _ = helpers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        session.close();
    }
}

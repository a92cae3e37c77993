package io.undertone.trainer.corpus;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Prepares the batches of an epoch on other threads while the caller computes. What a batch holds depends on
/// seed, epoch and position only, not on threads. Used by one thread, which closes it.
public final class BatchLoader implements AutoCloseable {

    private static final int AHEAD = 6;

    private final ExecutorService pool;
    private final ArrayDeque<Future<Batch>> ready = new ArrayDeque<>();
    private final Preparation preparation;
    private final long seed;
    private final int batches;
    private int submitted;

    /// @param clips `[batch]` indexes into the training clips
    /// @param waveforms `[batch, windowSamples]`
    /// @param masks `[batch, bands, frames]`
    /// @param teacher `[batch, dim, time]` frames to foretell; empty without a teacher
    /// @param heard `[batch, 1, time]` 1 where the window holds speech, 0 in the padding; empty without a teacher
    @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread once, never compared
    public record Batch(int[] clips, float[] waveforms, float[] masks, float[] teacher, float[] heard) {

        /// Without a teacher.
        public static Batch of(int[] clips, float[] waveforms, float[] masks) {
            return new Batch(clips, waveforms, masks, new float[0], new float[0]);
        }
    }

    /// Makes one batch from its own random generator.
    public interface Preparation {
        Batch prepare(SplittableRandom random);
    }

    public BatchLoader(Preparation preparation, int batches, long seed, int threads) {
        this.preparation = preparation;
        this.batches = batches;
        this.seed = seed;
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("batch-loader-", 0).daemon().factory());
    }

    /// The next batch, waiting for it; there are as many as were asked for.
    public Batch next() throws InterruptedException {
        while (submitted < batches && ready.size() < AHEAD) {
            SplittableRandom random = generator(seed, submitted++);
            ready.add(pool.submit(() -> preparation.prepare(random)));
        }
        try {
            return ready.remove().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a batch could not be prepared", e.getCause());
        }
    }

    /// The generator of one batch. The seed is scrambled: generators of neighbouring raw seeds can give overlapping
    /// streams, and all batches would then hold nearly the same clips.
    static SplittableRandom generator(long seed, int batch) {
        return new SplittableRandom(new SplittableRandom(seed + 31L * batch).nextLong());
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}

package io.undertone.deploy.bench;

import io.undertone.audio.Waveform;
import io.undertone.model.BareEncoder;
import io.undertone.model.EncoderGraph;
import io.undertone.model.Precision;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Windows a second of the encoder alone. Owned by one thread.
final class BareMeter implements AutoCloseable {

    private static final int WARM_UP_RUNS = 3;
    private static final int RATE_HZ = 16_000; // encoders of other rates take as long for as many samples

    private final BareEncoder encoder;
    private final LongSupplier nanoTime;

    private BareMeter(BareEncoder encoder, LongSupplier nanoTime) {
        this.encoder = encoder;
        this.nanoTime = nanoTime;
    }

    /// @param maxBatch windows that are laid ready
    /// @param nanoTime a clock like [System#nanoTime]
    static BareMeter open(
            EncoderGraph graph, BenchPlan plan, Precision precision, int maxBatch, LongSupplier nanoTime) {
        BareEncoder encoder = graph.openBare(plan.device(), plan.options(precision, maxBatch));
        int samples = graph.windowSamples();
        Waveform voice = SyntheticVoice.speak(1, samples / RATE_HZ + 10, RATE_HZ, 1);
        for (int row = 0; row < maxBatch; row++) {
            int from = (row * RATE_HZ / 7) % (voice.length() - samples);
            encoder.lay(row, voice.slice(from, from + samples));
        }
        return new BareMeter(encoder, nanoTime);
    }

    /// Runs batches of one size one after the other, first some that do not count.
    double windowsPerSecond(int batch, Duration length) {
        long begin = nanoTime.getAsLong();
        for (int i = 0; i < WARM_UP_RUNS && nanoTime.getAsLong() - begin <= length.toNanos(); i++) {
            encoder.run(batch);
        }
        long start = nanoTime.getAsLong();
        long windows = 0;
        long elapsed;
        do {
            encoder.run(batch);
            windows += batch;
            elapsed = nanoTime.getAsLong() - start;
        } while (elapsed < length.toNanos());
        return windows * 1e9 / elapsed;
    }

    @Override
    public void close() {
        encoder.close();
    }
}

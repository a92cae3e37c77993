package io.undertone.deploy.bench;

import io.undertone.audio.Waveform;
import io.undertone.model.BareEncoder;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Windows a second of the encoder alone. Owned by one thread.
final class BareMeter implements AutoCloseable {

    private static final int WARM_UP_RUNS = 3;

    private final BareEncoder encoder;
    private final LongSupplier nanoTime;

    private BareMeter(BareEncoder encoder, LongSupplier nanoTime) {
        this.encoder = encoder;
        this.nanoTime = nanoTime;
    }

    /// @param maxBatch windows that are laid ready
    /// @param nanoTime a clock like [System#nanoTime]
    static BareMeter open(ModelBundle bundle, BenchPlan plan, int maxBatch, LongSupplier nanoTime) {
        BareEncoder encoder =
                bundle.openBareEncoder(plan.device(), new InferenceOptions(plan.encoderThreads(), false, maxBatch));
        int rateHz = bundle.windowSpec().sampleRateHz();
        int samples = bundle.windowSpec().windowSamples();
        Waveform voice = SyntheticVoice.speak(1, samples / rateHz + 10, rateHz, 1);
        for (int row = 0; row < maxBatch; row++) {
            int from = (row * rateHz / 7) % (voice.length() - samples);
            encoder.lay(row, voice.slice(from, from + samples));
        }
        return new BareMeter(encoder, nanoTime);
    }

    /// Runs batches of one size one after the other.
    double windowsPerSecond(int batch, Duration length) {
        for (int i = 0; i < WARM_UP_RUNS; i++) {
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

package io.undertone.benchmarks;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Microseconds from the chunks of one second of a channel to its next window of 3 s: order, decoding, resampling,
/// cutting, speech gate.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@NullUnmarked // JMH fills the fields
public class WindowingBenchmark {

    private static final int CHUNKS_PER_SECOND = 5;

    @Param({"PCM_MULAW", "PCM_S16LE"})
    private Codec codec;

    @Param({"8000", "16000"})
    private int rateHz;

    private AudioFormat format;
    private byte[] payload; // of each chunk
    private ChannelWindower windower;
    private long next;

    @Setup
    public void start() {
        format = new AudioFormat(codec, rateHz);
        payload = PayloadEncoder.encodePcm(codec, noise(rateHz / CHUNKS_PER_SECOND), 0, rateHz / CHUNKS_PER_SECOND);
        windower = ChannelWindower.start(new WindowSpec(16_000, 48_000, 16_000), WindowingLimits.defaults());
        next = 0;
        second();
        second();
    }

    private static float[] noise(int samples) {
        Random random = new Random(1);
        float[] noise = new float[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (float) Math.clamp(random.nextGaussian() * 0.1, -1, 1);
        }
        return noise;
    }

    private void second() {
        for (int i = 0; i < CHUNKS_PER_SECOND; i++) {
            int samples = rateHz / CHUNKS_PER_SECOND;
            var _ = windower.offer(Chunk.of(next, next * samples, samples, format, payload, false));
            next++;
        }
    }

    @Benchmark
    public @Nullable Window window() {
        second();
        Window window = windower.next();
        if (window != null) {
            var _ = windower.cursorAfter(window.index());
        }
        return window;
    }
}

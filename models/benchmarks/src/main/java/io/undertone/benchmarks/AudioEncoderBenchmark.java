package io.undertone.benchmarks;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Milliseconds of one batch through a bundle's audio encoder. Divide by the batch for the time of a window.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
@NullUnmarked // JMH fills the fields
public class AudioEncoderBenchmark {

    @Param("models/bundles/compact")
    private String bundle;

    @Param("cpu")
    private String device;

    /// 0: the physical cores.
    @Param("1")
    private int threads;

    @Param({"1", "8", "32"})
    private int batch;

    private ModelBundle opened;
    private AudioEncoder encoder;
    private List<Window> windows;

    @Setup
    public void open() {
        opened = ModelBundle.open(Path.of(bundle));
        encoder = opened.openAudioEncoder(InferenceDevice.parse(device), new InferenceOptions(threads, false));
        Random random = new Random(1);
        int samples = opened.windowSpec().windowSamples();
        windows = IntStream.range(0, batch)
                .mapToObj(i -> Window.of(i, noise(random, samples), new WindowQuality(1, 1, 0, false)))
                .toList();
    }

    private static float[] noise(Random random, int samples) {
        float[] noise = new float[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (float) Math.clamp(random.nextGaussian() * 0.1, -1, 1);
        }
        return noise;
    }

    @Benchmark
    public List<Encoding> encode() {
        return encoder.encode(windows);
    }

    @TearDown
    public void close() {
        encoder.close();
        opened.close();
    }
}

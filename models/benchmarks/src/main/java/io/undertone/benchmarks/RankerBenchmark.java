package io.undertone.benchmarks;

import io.undertone.model.Embedding;
import io.undertone.model.ModelBundle;
import io.undertone.rank.Listing;
import io.undertone.rank.Prompt;
import io.undertone.rank.PromptBank;
import io.undertone.rank.Ranker;
import io.undertone.rank.Ranking;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
import org.openjdk.jmh.annotations.Warmup;

/// Microseconds of ranking one window against a bank, and, to compare, of the plain loop of cosines that it takes the
/// place of. Setting up 4096 prompts takes half a minute: each is encoded.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
@NullUnmarked // JMH fills the fields
public class RankerBenchmark {

    @Param("models/bundles/compact")
    private String bundle;

    @Param({"64", "512", "4096"})
    private int prompts;

    private PromptBank bank;
    private List<Embedding> embeddings;
    private Ranker ranker;
    private Embedding window;

    @Setup
    public void open() {
        try (ModelBundle opened = ModelBundle.open(Path.of(bundle))) {
            List<Prompt> texts = IntStream.range(0, prompts)
                    .mapToObj(i -> new Prompt("p" + i, "somebody who sounds like number " + i))
                    .toList();
            bank = PromptBank.of("benchmark", "1", texts, opened.textEncoder());
            embeddings =
                    opened.textEncoder().encode(texts.stream().map(Prompt::text).toList());
            ranker = new Ranker(opened.manifest().probabilityTemperature(), new Listing(64, Set.of()));
            window = random(opened.calibration().dim());
        }
    }

    private static Embedding random(int dim) {
        Random random = new Random(1);
        float[] values = new float[dim];
        for (int i = 0; i < dim; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Embedding.normalized(values);
    }

    @Benchmark
    public Ranking rank() {
        return ranker.rank(window, bank);
    }

    @Benchmark
    public double plainCosines() {
        double sum = 0;
        for (Embedding embedding : embeddings) {
            sum += window.cosine(embedding);
        }
        return sum;
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.TestBundles;
import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.Undertone;
import io.undertone.window.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Encoders that hang, are lost, throw, give nonsense or are too slow, on a real broker.
@Timeout(600)
final class EncoderFaults {

    /// A heap of 512 MiB, the bundle's sessions, RocksDB's buffers and the JVM itself.
    private static final long BUNDLE_BOUND_MIB = 1100;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static FaultStage stage;

    @BeforeAll
    static void open() throws Exception {
        stage = FaultStage.open(folder);
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "lost"})
    void shouldEndWithItsOwnCodeAndLoseNothing(String how) throws Exception {
        String prefix = how + "-";
        Topics topics = stage.topics(prefix);
        CallTraffic traffic = new CallTraffic(6, 30, 11);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        Path config = Files.writeString(
                folder.resolve(prefix + "config.yaml"),
                stage.yaml(prefix, "inference: {max-batch: 4, linger: 5ms, timeout: 3s}"));

        try (TagReader reader = new TagReader(stage.servers(), topics)) {
            try (FaultyTagger faulty = FaultyTagger.start(config, how + ":60")) {
                traffic.send(stage.servers(), topics, Duration.ofSeconds(3));
                reader.readUntil(40, FaultStage.PATIENCE);
                long start = System.nanoTime();
                assertThat(faulty.await(FaultStage.PATIENCE)).isEqualTo(3);
                FaultStage.print("encoder " + how + ", exit 3 (inference.timeout 3 s) after", start);
                assertThat(faulty.output()).contains(how.equals("hang") ? "did not come back" : "was lost");
            }
            long before = FaultStage.readWhatIsThere(reader);
            long start = System.nanoTime();
            try (FaultyTagger sound = FaultyTagger.start(config, "sound")) {
                reader.readUntil(before + 1, FaultStage.PATIENCE);
                FaultStage.print("encoder " + how + ", restart until tags flow again", start);
                FaultStage.readAll(reader, expected);
                FaultStage.checkProcess("encoder " + how, sound.pid(), FaultStage.TAGGER_BOUND_MIB);
            }

            assertThat(reader.checksums()).isEqualTo(expected);
        }
    }

    /// On a machine without a CUDA device of number 31; where there is one of number 0, `auto` takes it.
    @Test
    void shouldTagOnTheCpuWhereThereIsNoGpuUnlessOneWasNamed() throws Exception {
        String prefix = "absent-";
        Topics topics = stage.topics(prefix);
        String yaml = stage.yaml(prefix, "gate: {min-speech-ratio: 0, abstain-uncertain: false}")
                .replace("bundle: unused", "bundle: " + TestBundles.tiny());
        Path named = Files.writeString(folder.resolve("named.yaml"), yaml + "inference: {device: cuda:31}\n");
        Path auto = Files.writeString(folder.resolve("auto.yaml"), yaml + "inference: {device: auto}\n");

        Path refusal = folder.resolve("named.log");
        Process refused = run(named, refusal);
        try {
            assertThat(refused.waitFor(FaultStage.PATIENCE)).isTrue();
            assertThat(refused.exitValue()).isEqualTo(1);
            assertThat(refusal).content().contains("undertone: inference device cuda:31 cannot be used: ");
        } finally {
            refused.destroyForcibly();
        }

        Path log = folder.resolve("auto.log");
        long start = System.nanoTime();
        Process tagger = run(auto, log);
        try (TagReader reader = new TagReader(stage.servers(), topics)) {
            new CallTraffic(1, 8, 15).send(stage.servers(), topics, Duration.ZERO);
            reader.readUntil(6, FaultStage.PATIENCE);
            FaultStage.print("no GPU at the start, auto, from the start of the JVM until six tags were read", start);
            FaultStage.checkProcess("no GPU at the start", tagger.pid(), BUNDLE_BOUND_MIB);
            assertThat(reader.count()).isEqualTo(6);
            assertThat(reader.last().getAbstained()).isNull();
            assertThat(log)
                    .content()
                    .containsPattern(
                            "audio encoder runs on (cpu in float32; cuda:0 cannot be used: .|cuda:0 in float32)");
        } finally {
            tagger.destroyForcibly();
        }
    }

    private static Process run(Path config, Path log) throws IOException {
        return JavaProcess.launch(Undertone.class, "-Xmx512m", log, "run", "--config", config.toString());
    }

    @Test
    void shouldTellOverHttpThatTheEncoderHangs() throws Exception {
        Topics topics = stage.topics("http-");
        AudioEncoder hanging = new Changed(TestTagging.encoder(), answers -> {
            waitForEver();
            return answers;
        });
        TaggerApplication tagger = stage.tagger("http-", hanging, "inference: {timeout: 1s}");
        try (tagger) {
            new CallTraffic(1, 6, 12).send(stage.servers(), topics, Duration.ZERO);

            assertThat(tagger.awaitTermination()).isEqualTo(ExitCode.ENCODER_LOST);
            assertThat(FaultStage.get(tagger, "/health")).startsWith("503 encoder lost");
            assertThat(FaultStage.get(tagger, "/ready")).startsWith("503");
            FaultStage.checkHeap("encoder hangs");
        }
    }

    @Test
    void shouldAbstainForWindowsOnWhichTheEncoderFailsAndTagAllOthers() throws Exception {
        Topics topics = stage.topics("throws-");
        CallTraffic traffic = new CallTraffic(4, 20, 13);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        AudioEncoder failing = new Changed(TestTagging.encoder(), answers -> {
            for (int i = 0; i < answers.size(); i++) {
                double arousal = answers.get(i).arousal();
                if (arousal > 0.8) {
                    throw new IllegalStateException("an encoder that does not like this window");
                }
                if (arousal < -0.8) {
                    Encoding good = answers.get(i);
                    answers.set(i, new Encoding(good.embedding(), Double.NaN, Double.NaN));
                }
            }
            return answers;
        });

        try (TaggerApplication tagger = stage.tagger("throws-", failing, FaultStage.FAST);
                TagReader reader = new TagReader(stage.servers(), topics)) {
            traffic.send(stage.servers(), topics, Duration.ZERO);
            List<EmotionTag> tags = new ArrayList<>();
            reader.onTag(tags::add);
            FaultStage.readAll(reader, expected);

            Map<String, Long> next = new HashMap<>();
            for (EmotionTag tag : tags) {
                assertThat(tag.getWindowIndex()).isEqualTo(next.merge(tag.getCallId(), 1L, Long::sum) - 1);
            }
            assertThat(tags).hasSize((int) FaultStage.total(expected));
            assertThat(tags)
                    .filteredOn(tag -> tag.getAbstained() != null)
                    .isNotEmpty()
                    .allMatch(tag -> tag.getAbstained() == AbstainReason.ENCODER_FAILED);
            assertThat(tags)
                    .filteredOn(tag -> tag.getAbstained() == null)
                    .isNotEmpty()
                    .allMatch(tag ->
                            Math.abs(Objects.requireNonNull(tag.getArousal()).getValue()) <= 0.8);
            assertThat(tagger.counters().deadLetters()).isZero();
            FaultStage.printSilence("encoder throws or gives NaN", reader);
            FaultStage.checkHeap("encoder throws or gives NaN");
        }
    }

    /// 8 calls of 40 s arrive in a moment; the encoder needs 30 s for them.
    @Test
    void shouldReadNoFasterThanTheEncoderAndLoseNothing() throws Exception {
        Topics topics = stage.topics("slow-");
        CallTraffic traffic = new CallTraffic(8, 40, 14);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        AudioEncoder slow = new TaggerProcess.SlowEncoder(TestTagging.encoder(), 100);

        try (TaggerApplication tagger = stage.tagger(
                        "slow-",
                        slow,
                        "inference: {max-batch: 1, queue-bound: 4, in-flight-per-task: 12, linger: 0s}");
                TagReader reader = new TagReader(stage.servers(), topics)) {
            traffic.send(stage.servers(), topics, Duration.ZERO);
            reader.readUntil(20, FaultStage.PATIENCE);
            FaultStage.checkHeap("encoder slower than the input, in the midst of it");
            double lag = 0;
            double inFlight = 0;
            while (reader.count() < FaultStage.total(expected) - 20) {
                reader.readUntil(reader.count() + 10, Duration.ofSeconds(20));
                lag = Math.max(lag, FaultStage.metric(tagger, "kafka_consumer_fetch_manager_records_lag_max"));
                inFlight = Math.max(inFlight, FaultStage.metric(tagger, "undertone_windows_in_flight"));
            }
            FaultStage.readAll(reader, expected);

            System.out.printf("slow encoder: lag up to %.0f records, in flight up to %.0f windows%n", lag, inFlight);
            assertThat(reader.checksums()).isEqualTo(expected);
            FaultStage.printSilence("encoder slower than the input", reader);
            assertThat(lag).isPositive();
            assertThat(inFlight).isBetween(1.0, 12.0);
        }
    }

    private static void waitForEver() {
        while (true) {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException _) {
                // nothing interrupts it
            }
        }
    }

    /// @param change of the answers, which may throw
    private record Changed(AudioEncoder encoder, UnaryOperator<List<Encoding>> change) implements AudioEncoder {

        @Override
        public List<Encoding> encode(List<Window> windows) {
            return change.apply(new ArrayList<>(encoder.encode(windows)));
        }

        @Override
        public String device() {
            return encoder.device();
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}

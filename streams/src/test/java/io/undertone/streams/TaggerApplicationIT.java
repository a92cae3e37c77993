package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.model.TestBundles;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.Undertone;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.Window;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// On a real broker. Each test has topics of its own, by their prefix.
@Timeout(240)
final class TaggerApplicationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int CALLS_OF_BOTH = 8; // so that each of two partitions has some

    @TempDir
    static Path folder;

    private static TestBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void shouldPublishEveryTagOnceAndInOrder() throws Exception {
        Topics topics = topics("plain-");
        CallTraffic traffic = new CallTraffic(6, 20, 1);
        Map<String, TagChecksum> expected = expected(traffic);

        try (TaggerApplication tagger = tagger("plain-", TestTagging.encoder());
                TagReader reader = new TagReader(broker.bootstrapServers(), topics)) {
            traffic.send(broker.bootstrapServers(), topics, Duration.ofSeconds(2));
            reader.readUntil(total(expected), PATIENCE);
            reader.readUntil(total(expected) + 1, Duration.ofSeconds(1));

            assertThat(reader.checksums()).isEqualTo(expected);
            assertThat(tagger.counters().duplicates()).isPositive();
            assertThat(tagger.counters().deadLetters()).isZero();
        }
    }

    @Test
    void shouldLoseDoubleAndReorderNothingWhenItIsKilledUnderLoad() throws Exception {
        Topics topics = topics("kill-");
        CallTraffic traffic = new CallTraffic(8, 40, 2);
        Map<String, TagChecksum> expected = expected(traffic);
        Path state = folder.resolve("kill-state");
        File log = folder.resolve("kill.log").toFile();

        try (TagReader reader = new TagReader(broker.bootstrapServers(), topics)) {
            TaggerProcess first = TaggerProcess.start(broker.bootstrapServers(), "kill-", "a", state, log);
            Thread sender = sending(traffic, topics, Duration.ofSeconds(20));
            reader.readUntil(total(expected) / 4, PATIENCE);
            first.kill();
            Recovery recovery = Recovery.since("kill -9, restart", reader);
            try (TaggerProcess second = TaggerProcess.start(broker.bootstrapServers(), "kill-", "a", state, log)) {
                recovery.print(reader);
                reader.readUntil(total(expected) / 2, PATIENCE);
                second.kill();
            }
            try (TaggerProcess third = TaggerProcess.start(broker.bootstrapServers(), "kill-", "a", state, log)) {
                sender.join();
                reader.readUntil(total(expected), PATIENCE);
                reader.readUntil(total(expected) + 1, Duration.ofSeconds(1));
                assertThat(third.terminate()).isEqualTo(143); // what a JVM gives for SIGTERM
            }

            assertThat(reader.checksums()).isEqualTo(expected);
        }
    }

    @Test
    void shouldHandItsCallsToAnotherInstance() throws Exception {
        Topics topics = topics("pair-");
        CallTraffic traffic = new CallTraffic(8, 40, 3);
        Map<String, TagChecksum> expected = expected(traffic);
        File log = folder.resolve("pair.log").toFile();

        try (TagReader reader = new TagReader(broker.bootstrapServers(), topics);
                TaggerProcess killed = TaggerProcess.start(
                        broker.bootstrapServers(), "pair-", "killed", folder.resolve("pair-killed"), log);
                TaggerApplication closed = tagger("pair-", "closed", TestTagging.encoder())) {
            Thread sender = sending(traffic, topics, Duration.ofSeconds(20));
            reader.readUntil(total(expected) / 4, PATIENCE);
            killed.kill();
            Recovery recovery = Recovery.since("kill -9, take-over", reader);
            reader.readUntil(total(expected) / 2, PATIENCE);
            recovery.print(reader);

            Recovery orderly = Recovery.since("orderly stop, take-over", reader);
            try (TaggerApplication last = tagger("pair-", "last", TestTagging.encoder())) {
                assertThat(closed.close(Duration.ofSeconds(30))).isTrue();
                assertThat(closed.awaitTermination()).isEqualTo(ExitCode.STOPPED);
                orderly.print(reader);
                sender.join();
                reader.readUntil(total(expected), PATIENCE);
                reader.readUntil(total(expected) + 1, Duration.ofSeconds(1));

                assertThat(last.awaitRunning(Duration.ZERO)).isTrue();
            }

            assertThat(reader.checksums()).isEqualTo(expected);
        }
    }

    @Test
    void shouldTakeTheLargestPayloadAlsoWhenItCameCompressed() throws Exception {
        Topics topics = topics("large-");
        AudioChunk chunk = TestAudio.silence("call", (1 << 19) / (double) TestAudio.RATE)
                .chunks(60_000)
                .getFirst();
        assertThat(chunk.getPayload().remaining()).isEqualTo(1 << 20);

        try (TaggerApplication tagger = tagger("large-", TestTagging.encoder());
                TagReader reader = new TagReader(broker.bootstrapServers(), topics)) {
            try (KafkaProducer<String, AudioChunk> producer = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            broker.bootstrapServers(),
                            "compression.type",
                            "lz4",
                            "max.request.size",
                            2 << 20),
                    new StringSerializer(),
                    TopologyHarness.SERDES.serde(AudioChunk.class).serializer())) {
                producer.send(new ProducerRecord<>(topics.audioChunks().name(), "call", chunk))
                        .get();
            }
            reader.readUntil(31, PATIENCE);

            assertThat(reader.count()).isEqualTo(31);
            assertThat(tagger.counters().deadLetters()).isZero();
        }
    }

    @Test
    void shouldTagWithTheBundleAndThePromptsOfItsConfiguration() throws Exception {
        Topics topics = topics("bundle-");
        Path prompts = Files.writeString(folder.resolve("prompts.json"), """
            ["somebody laughing", {"id": "cross", "text": "a customer losing patience"}]\
            """);
        UndertoneConfig config = UndertoneConfig.parse(
                """
                kafka: {bootstrap-servers: %s, application-id: bundle-tagger}
                topics: {prefix: bundle-}
                bundle: %s
                prompts: %s
                inference: {device: cpu}
                gate: {min-speech-ratio: 0, abstain-uncertain: false}
                policy: {require-notice: false}
                http: {address: 127.0.0.1, port: 0}
                windowing: {hop: 500ms}
                state-dir: %s
                """.formatted(broker.bootstrapServers(), TestBundles.tiny(), prompts, folder.resolve("bundle-state")),
                "test");

        try (TaggerApplication tagger = TaggerApplication.start(config);
                TagReader reader = new TagReader(broker.bootstrapServers(), topics)) {
            new CallTraffic(1, 5, 5).send(broker.bootstrapServers(), topics, Duration.ZERO);
            reader.readUntil(5, PATIENCE);

            assertThat(tagger.awaitRunning(Duration.ZERO)).isTrue();
            assertThat(reader.last().getWindowIndex()).isEqualTo(4);
            assertThat(reader.last().getEndMs()).isEqualTo(5000);
            assertThat(reader.last().getRanking())
                    .extracting(RankedPrompt::getId)
                    .containsExactlyInAnyOrder("somebody-laughing", "cross");
            assertThat(reader.last().getPromptBank().getId()).isEqualTo("prompts.json");
            assertThat(reader.last().getPromptBank().getVersion()).matches("[0-9a-f]{12}");

            checkHttp(tagger);
            putPrompts("bundle-", prompts, tagger);
            new CallTraffic("later", 1, 3, 6).send(broker.bootstrapServers(), topics, Duration.ZERO);
            reader.readUntil(6, PATIENCE);

            assertThat(reader.last().getPromptBank()).isEqualTo(new PromptBankVersion("default", "2"));
        }
    }

    /// The start is held up: Kafka does not tell an offset while a transaction is open that may change it.
    @Test
    void shouldNotBeReadyBeforeItTags() throws Exception {
        Topics topics = topics("start-");
        UndertoneConfig config =
                UndertoneConfig.parse("""
                    kafka: {bootstrap-servers: %s, application-id: start-tagger}
                    topics: {prefix: start-}
                    bundle: unused
                    http: {address: 127.0.0.1, port: 0}
                    state-dir: %s
                    """.formatted(broker.bootstrapServers(), folder.resolve("start-state")), "test");

        try (KafkaProducer<String, String> open = offsetInTransaction("start-tagger", topics);
                TaggerApplication tagger = TaggerApplication.start(
                        config, TestTagging.of(TestTagging.ANY_SOUND), TestTagging.encoder(), () -> {})) {
            int port = tagger.httpPort().orElseThrow();
            assertThat(tagger.awaitRunning(Duration.ofMillis(500))).isFalse();
            assertThat(get(port, "/ready")).startsWith("503 state ").doesNotContain("RUNNING");
            assertThat(get(port, "/health")).startsWith("200");

            open.abortTransaction();
            assertThat(tagger.awaitRunning(PATIENCE)).isTrue();
            assertThat(get(port, "/ready")).startsWith("200 state RUNNING");
        }
    }

    /// @return with a transaction that is open
    private static KafkaProducer<String, String> offsetInTransaction(String group, Topics topics) throws Exception {
        KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "of-somebody-else"),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        try (KafkaConsumer<String, String> nobody = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", group),
                new StringDeserializer(),
                new StringDeserializer())) {
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topics.audioChunks().name(), 0), new OffsetAndMetadata(0)),
                    nobody.groupMetadata());
        }
        return producer;
    }

    @Test
    void shouldTagWithTheSameBankInEveryInstanceOnceItChanges() throws Exception {
        Topics topics = topics("banks-");
        try (TaggerApplication one = tagger("banks-", "one", TestTagging.encoder());
                TaggerApplication other = tagger("banks-", "other", TestTagging.encoder());
                TagReader reader = new TagReader(broker.bootstrapServers(), topics)) {
            assertThat(one.awaitRunning(PATIENCE)).isTrue();
            assertThat(other.awaitRunning(PATIENCE)).isTrue();
            List<EmotionTag> tags = new ArrayList<>();
            reader.onTag(tags::add);
            new CallTraffic("before", CALLS_OF_BOTH, 4, 7).send(broker.bootstrapServers(), topics, Duration.ZERO);
            reader.readUntil(2 * CALLS_OF_BOTH, PATIENCE);

            putBank(topics, "2");
            while (one.counters().banksTaken() < 1 || other.counters().banksTaken() < 1) {
                Thread.sleep(20); // the test's own time-out ends it
            }
            new CallTraffic("after", CALLS_OF_BOTH, 4, 8).send(broker.bootstrapServers(), topics, Duration.ZERO);
            reader.readUntil(4 * CALLS_OF_BOTH, PATIENCE);

            assertThat(one.counters().tags()).isPositive().isLessThan(4 * CALLS_OF_BOTH);
            assertThat(other.counters().tags()).isPositive().isLessThan(4 * CALLS_OF_BOTH);
            assertThat(tags).hasSize(4 * CALLS_OF_BOTH);
            assertThat(tags)
                    .allSatisfy(
                            tag -> assertThat(tag.getPromptBank().getVersion().equals("2"))
                                    .as(tag.getCallId())
                                    .isEqualTo(tag.getCallId().startsWith("after")));
            assertThat(tags)
                    .filteredOn(tag -> tag.getCallId().startsWith("after"))
                    .allSatisfy(tag -> assertThat(tag.getRanking())
                            .extracting(RankedPrompt::getId)
                            .containsExactly("laugh"));
        }
    }

    private static void putBank(Topics topics, String version) throws Exception {
        PromptBankRecord bank = new PromptBankRecord(
                "default", version, List.of(new BankPrompt("laugh", "somebody laughing")), Instant.EPOCH, null);
        try (KafkaProducer<String, PromptBankRecord> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                TopologyHarness.SERDES.serde(PromptBankRecord.class).serializer())) {
            producer.send(new ProducerRecord<>(topics.promptBanks().name(), bank.getId(), bank))
                    .get();
        }
    }

    @Test
    void shouldSayWhatIsWrongAlsoWhenTheBundleIsOpenAlready() throws Exception {
        topics("taken-");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            UndertoneConfig config = UndertoneConfig.parse(
                    """
                    kafka: {bootstrap-servers: %s, application-id: taken-tagger}
                    topics: {prefix: taken-}
                    bundle: %s
                    inference: {device: cpu}
                    http: {address: 127.0.0.1, port: %d}
                    state-dir: %s
                    """.formatted(
                                    broker.bootstrapServers(),
                                    TestBundles.tiny(),
                                    taken.getLocalPort(),
                                    folder.resolve("taken-state")),
                    "test");

            assertThatThrownBy(() -> TaggerApplication.start(config))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("" + taken.getLocalPort());
        }
    }

    @Test
    void shouldEndWithACodeOfItsOwnWhenTheDeviceIsLost() throws Exception {
        Topics topics = topics("lost-");
        try (TaggerApplication tagger = tagger("lost-", new LostDevice())) {
            new CallTraffic(1, 4, 4).send(broker.bootstrapServers(), topics, Duration.ZERO);

            assertThat(tagger.awaitTermination()).isEqualTo(ExitCode.ENCODER_LOST);
        }
    }

    @Test
    void shouldNameTopicsThatAreMissingAndTheCommandThatMakesThem() {
        assertThatThrownBy(() -> check("absent-", 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("topics 'absent-audio-chunks', 'absent-call-events', 'absent-prompt-banks',"
                        + " 'absent-emotion-tags', 'absent-emotion-calls', 'absent-emotion-alerts',"
                        + " 'absent-audio-chunks-dead', 'absent-policy-audit' are missing at "
                        + broker.bootstrapServers()
                        + "; create with: undertone topics --bootstrap " + broker.bootstrapServers()
                        + " --prefix absent-");
    }

    @Test
    void shouldSayThatThereAreTooFewPartitions() throws Exception {
        topics("few-");

        assertThatThrownBy(() -> check("few-", 3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("topic 'few-audio-chunks' must have at least 3 partitions,"
                        + " one for each of kafka.stream-threads: 2");
    }

    @Test
    void shouldSayThatTheStateFolderIsInUse() throws Exception {
        topics("twice-");
        try (TaggerApplication first = tagger("twice-", "one", TestTagging.encoder())) {
            assertThat(first.awaitRunning(PATIENCE)).isTrue();

            assertThatThrownBy(() -> tagger("twice-", "one", TestTagging.encoder()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("one for each instance of the tagger");
        }
    }

    private static void checkHttp(TaggerApplication tagger) throws Exception {
        int port = tagger.httpPort().orElseThrow();
        assertThat(get(port, "/health")).startsWith("200 RUNNING");
        assertThat(get(port, "/ready"))
                .startsWith("200 state RUNNING")
                .contains("device cpu", "model tiny", "prompts prompts.json");
        assertThat(get(port, "/metrics"))
                .contains(
                        "undertone_tags_total 5.0",
                        "undertone_windows_in_flight 0.0",
                        "undertone_tag_delay_seconds_count 5",
                        "undertone_encoder_run_seconds_bucket",
                        "kafka_consumer_fetch_manager_records_lag",
                        "kafka_stream_alive_stream_threads",
                        "kafka_stream_thread_commit_latency_max")
                .doesNotContain("call-0");
        assertThat(get(port, "/metrics/more")).startsWith("404");
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    /// From the command line, as people do.
    private static void putPrompts(String prefix, Path file, TaggerApplication tagger) throws Exception {
        StringWriter out = new StringWriter();
        CommandLine command = Undertone.commandLine().setOut(new PrintWriter(out));
        String[] cluster = {"--bootstrap", broker.bootstrapServers(), "--prefix", prefix};

        assertThat(Undertone.execute(command, prompts("diff", cluster, file.toString())))
                .isZero();
        assertThat(Undertone.execute(command, prompts("put", cluster, "--version=2", "--author=ada", file.toString())))
                .isZero();
        assertThat(Undertone.execute(command, prompts("list", cluster))).isZero();

        assertThat(out.toString().lines())
                .startsWith("+ somebody-laughing: somebody laughing", "+ cross: a customer losing patience")
                .contains("bank default version 2")
                .endsWith("  somebody-laughing: somebody laughing", "  cross: a customer losing patience");
        while (tagger.counters().banksTaken() < 1) {
            Thread.sleep(20); // the test's own time-out ends it
        }
    }

    private static String[] prompts(String what, String[] cluster, String... more) {
        return Stream.of(new String[] {"prompts", what}, cluster, more)
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    private static void check(String prefix, int streamThreads) throws InterruptedException {
        UndertoneConfig config =
                UndertoneConfig.parse("""
                    kafka: {bootstrap-servers: %s, stream-threads: %d}
                    topics: {prefix: %s}
                    bundle: unused
                    """.formatted(broker.bootstrapServers(), streamThreads, prefix), "test");
        new StartChecks(config, Topics.defaults().withPrefix(prefix), System::nanoTime).run();
    }

    private static Topics topics(String prefix) throws Exception {
        Topics topics = Topics.defaults().withPrefix(prefix).withCallPartitions(2);
        broker.createTopics(topics);
        return topics;
    }

    private static TaggerApplication tagger(String prefix, AudioEncoder encoder) {
        return tagger(prefix, "only", encoder);
    }

    private static TaggerApplication tagger(String prefix, String instance, AudioEncoder encoder) {
        UndertoneConfig config = TaggerProcess.config(
                broker.bootstrapServers(), prefix, instance, folder.resolve(prefix + instance + "-state"));
        return TaggerApplication.start(config, TestTagging.of(TestTagging.ANY_SOUND), encoder, () -> {});
    }

    private static Map<String, TagChecksum> expected(CallTraffic traffic) {
        return traffic.expected(TestTagging.of(TestTagging.ANY_SOUND), TestTagging.encoder());
    }

    private static long total(Map<String, TagChecksum> expected) {
        return expected.values().stream().mapToLong(TagChecksum::count).sum();
    }

    private static Thread sending(CallTraffic traffic, Topics topics, Duration over) {
        return Thread.ofPlatform().start(() -> {
            try {
                traffic.send(broker.bootstrapServers(), topics, over);
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// How long no tag came: measured and printed, not asserted, for it hangs on the machine.
    private record Recovery(String what, long sinceNanos, long countThen) {

        static Recovery since(String what, TagReader reader) {
            reader.readUntil(Long.MAX_VALUE, Duration.ofMillis(200)); // what was committed before
            return new Recovery(what, System.nanoTime(), reader.count());
        }

        void print(TagReader reader) {
            reader.readUntil(countThen + 1, PATIENCE);
            System.out.printf("%s: tags flow again after %.1f s%n", what, (System.nanoTime() - sinceNanos) / 1e9 + 0.2);
        }
    }

    private record LostDevice() implements AudioEncoder {

        @Override
        public List<Encoding> encode(List<Window> windows) {
            throw new EncodingException("poisoned context", new IllegalStateException("CUDA"), true);
        }

        @Override
        public String device() {
            return "cuda:0";
        }

        @Override
        public void close() {}
    }
}

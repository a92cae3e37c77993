package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.AudioEncoder;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// What the classes named `*Faults` share: a broker, topics by prefix, taggers, and how long it took until tags came
/// again.
final class FaultStage implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(4);
    static final Tagging TAGGING = TestTagging.of(TestTagging.ANY_SOUND);
    static final String FAST = "inference: {max-batch: 8, linger: 5ms}";

    /// Several times what there is without a fault.
    private static final long HEAP_BOUND_MIB = 384;
    /// A heap of 256 MiB, RocksDB's buffers and the JVM itself.
    static final long TAGGER_BOUND_MIB = 640;

    private final TestBroker broker;
    private final Path folder;

    private FaultStage(TestBroker broker, Path folder) {
        this.broker = broker;
        this.folder = folder;
    }

    static FaultStage open(Path folder) throws Exception {
        return new FaultStage(TestBroker.start(folder.resolve("broker")), folder);
    }

    String servers() {
        return broker.bootstrapServers();
    }

    Path stateDir(String prefix) {
        return folder.resolve(prefix + "state");
    }

    Topics topics(String prefix) throws Exception {
        Topics topics = Topics.defaults().withPrefix(prefix);
        broker.createTopics(topics);
        return topics;
    }

    /// @param more lines of YAML
    String yaml(String prefix, String more) {
        return """
            kafka: {bootstrap-servers: %s, application-id: %stagger, group-instance-id: only, stream-threads: 1}
            topics: {prefix: %s}
            bundle: unused
            policy: {require-notice: false}
            http: {address: 127.0.0.1, port: 0}
            state-dir: %s
            %s
            """.formatted(servers(), prefix, prefix, stateDir(prefix), more);
    }

    TaggerApplication tagger(String prefix, AudioEncoder encoder, String more) {
        return TaggerApplication.start(UndertoneConfig.parse(yaml(prefix, more), "test"), TAGGING, encoder, () -> {});
    }

    static Map<String, TagChecksum> expected(CallTraffic traffic) {
        return traffic.expected(TAGGING, TestTagging.encoder());
    }

    static long total(Map<String, TagChecksum> expected) {
        return expected.values().stream().mapToLong(TagChecksum::count).sum();
    }

    /// Reads until all tags are there, and a second longer for those that should not.
    static void readAll(TagReader reader, Map<String, TagChecksum> expected) {
        reader.readUntil(total(expected), PATIENCE);
        reader.readUntil(total(expected) + 1, Duration.ofSeconds(1));
    }

    /// Reads what was committed before.
    ///
    /// @return how many tags there were
    static long readWhatIsThere(TagReader reader) {
        long before;
        do {
            before = reader.count();
            reader.readUntil(Long.MAX_VALUE, Duration.ofMillis(500));
        } while (reader.count() > before);
        return before;
    }

    /// How long it took: printed, not asserted, for it hangs on the machine.
    static void print(String what, long sinceNanos) {
        print(what, Duration.ofNanos(System.nanoTime() - sinceNanos));
    }

    /// For faults during which tags go on: how long none came.
    static void printSilence(String what, TagReader reader) {
        print(what + ", longest silence", reader.longestSilence());
    }

    private static void print(String what, Duration recovery) {
        System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, recovery.toMillis() / 1e3);
        FaultTable.recovered(what, recovery);
    }

    /// What can be reached in this process, in which broker, tagger and test live together, keeps its bounds.
    static void checkHeap(String what) {
        System.gc();
        checkMemory(
                what + ", heap of test, broker and tagger",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
                HEAP_BOUND_MIB);
    }

    /// A process of its own keeps its bounds.
    ///
    /// @param pid of a process that lives
    static void checkProcess(String what, long pid, long boundMib) {
        checkMemory(what + ", process", ProcessMemory.of(pid).peakMib(), boundMib);
    }

    private static void checkMemory(String what, long usedMib, long boundMib) {
        System.out.printf(Locale.ROOT, "%s: %d MiB%n", what, usedMib);
        FaultTable.memory(what, usedMib, boundMib);
        assertThat(usedMib).as("%s: MiB", what).isLessThan(boundMib);
    }

    static String get(TaggerApplication tagger, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + tagger.httpPort().orElseThrow() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    /// The largest value of a metric over its labels; 0 if there is none.
    static double metric(TaggerApplication tagger, String name) throws Exception {
        return get(tagger, "/metrics")
                .lines()
                .filter(line -> line.matches(name + "([ {].*)"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /// Stream threads that died.
    static int deaths(TaggerApplication tagger) throws Exception {
        String name = "kafka_stream_failed_stream_threads_total";
        if (!get(tagger, "/metrics").contains(name + "{")) {
            throw new IllegalStateException("there is no metric " + name);
        }
        return (int) metric(tagger, name);
    }

    @Override
    public void close() {
        broker.close();
    }
}

package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
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
        System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - sinceNanos) / 1e9);
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

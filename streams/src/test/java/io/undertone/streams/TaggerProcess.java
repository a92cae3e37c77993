package io.undertone.streams;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.Window;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tagger in a process of its own, which can be killed. Its encoder takes its time, so that there is always
/// something in flight.
final class TaggerProcess implements AutoCloseable {

    /// Small, so that memory that grows is seen as an error.
    private static final String HEAP = "-Xmx256m";

    static final int STREAM_THREADS = 2;

    private final Process process;

    private TaggerProcess(Process process) {
        this.process = process;
    }

    /// @param log appended to
    static TaggerProcess start(String bootstrapServers, String prefix, String instance, Path stateDir, File log)
            throws IOException {
        return start(bootstrapServers, prefix, instance, stateDir, log, Map.of());
    }

    /// @param more keys of the configuration with their values: `kafka.session-timeout`, or
    ///     `kafka.properties.` and a name of Kafka's. An empty value takes a key away
    static TaggerProcess start(
            String bootstrapServers, String prefix, String instance, Path stateDir, File log, Map<String, String> more)
            throws IOException {
        String[] args = Stream.concat(
                        Stream.of(bootstrapServers, prefix, instance, stateDir.toString()),
                        more.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()))
                .toArray(String[]::new);
        return new TaggerProcess(JavaProcess.launch(TaggerProcess.class, HEAP, log.toPath(), args));
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM, which closes in order.
    int terminate() throws InterruptedException {
        process.toHandle().destroy(); // Process.destroy would also close its input, see JavaProcess
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the tagger did not end within 60 s");
        }
        return process.exitValue();
    }

    /// SIGSTOP: to the others it is dead, until [#resume].
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    ProcessMemory memory() {
        return ProcessMemory.of(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    static UndertoneConfig config(String bootstrapServers, String prefix, String instance, Path stateDir) {
        return config(bootstrapServers, prefix, instance, stateDir, Map.of());
    }

    /// JSON is YAML.
    private static UndertoneConfig config(
            String bootstrapServers, String prefix, String instance, Path stateDir, Map<String, String> more) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("bundle", "unused").put("state-dir", stateDir.toString());
        config.putObject("kafka")
                .put("bootstrap-servers", bootstrapServers)
                .put("application-id", prefix + "tagger")
                .put("group-instance-id", instance)
                .put("stream-threads", STREAM_THREADS)
                .putObject("properties");
        config.putObject("topics").put("prefix", prefix);
        config.putObject("inference").put("max-batch", 8).put("linger", "5ms");
        config.putObject("policy").put("require-notice", false);
        ArrayNode alerts = config.putArray("alerts"); // of which the encoder's numbers make plenty
        alerts.addObject()
                .put("name", "aroused")
                .put("min-arousal", 0.2)
                .put("for", "0s")
                .put("cool-down", "2s");
        alerts.addObject()
                .put("name", "calm")
                .put("prompt", "calm")
                .put("strength", 0.4)
                .put("release", 0.2)
                .put("for", "1s")
                .put("cool-down", "0s");
        more.forEach((key, value) -> set(config, key, value));
        return UndertoneConfig.parse(config.toString(), "test");
    }

    private static void set(ObjectNode config, String key, String value) {
        String own = "kafka.properties.";
        boolean ofKafka = key.startsWith(own);
        int dot = ofKafka ? own.length() - 1 : key.indexOf('.');
        ObjectNode section =
                ofKafka ? config.withObject("/kafka/properties") : config.withObject("/" + key.substring(0, dot));
        section.put(key.substring(dot + 1), value);
        if (value.isEmpty()) {
            section.remove(key.substring(dot + 1));
        }
    }

    public static void main(String[] args) throws InterruptedException {
        JavaProcess.endWithParent();
        Map<String, String> more = Stream.of(args)
                .skip(4)
                .collect(Collectors.toMap(
                        arg -> arg.substring(0, arg.indexOf('=')), arg -> arg.substring(arg.indexOf('=') + 1)));
        Topics topics = Topics.defaults().withPrefix(args[1]);
        UndertoneConfig config = new StartChecks(
                        config(args[0], args[1], args[2], Path.of(args[3]), more), topics, System::nanoTime)
                .run();
        TaggerApplication tagger = TaggerApplication.start(
                config, TestTagging.of(TestTagging.ANY_SOUND), new SlowEncoder(TestTagging.encoder(), 20), () -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(tagger::close));
        System.exit(tagger.awaitTermination().code());
    }

    /// @param millis that every batch takes
    record SlowEncoder(AudioEncoder encoder, long millis) implements AudioEncoder {

        @Override
        public List<Encoding> encode(List<Window> windows) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return encoder.encode(windows);
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

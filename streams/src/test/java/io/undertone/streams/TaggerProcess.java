package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.Window;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The tagger in a process of its own, which can be killed. Its encoder takes its time, so that there is always
/// something in flight.
final class TaggerProcess implements AutoCloseable {

    private final Process process;

    private TaggerProcess(Process process) {
        this.process = process;
    }

    /// @param log appended to
    static TaggerProcess start(String bootstrapServers, String prefix, String instance, Path stateDir, File log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                TaggerProcess.class.getName(),
                bootstrapServers,
                prefix,
                instance,
                stateDir.toString());
        // Not on the command line: ONNX Runtime 1.29 crashes when that is longer than about 4 KB.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        return new TaggerProcess(builder.start());
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM, which closes in order.
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the tagger did not end within 60 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    static UndertoneConfig config(String bootstrapServers, String prefix, String instance, Path stateDir) {
        return UndertoneConfig.parse("""
            kafka:
              bootstrap-servers: %s
              application-id: %stagger
              group-instance-id: %s
              stream-threads: 2
            topics: {prefix: %s}
            bundle: unused
            inference: {max-batch: 8, linger: 5ms}
            policy: {require-notice: false}
            state-dir: %s
            """.formatted(bootstrapServers, prefix, instance, prefix, stateDir), "test");
    }

    public static void main(String[] args) throws InterruptedException {
        UndertoneConfig config = config(args[0], args[1], args[2], Path.of(args[3]));
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

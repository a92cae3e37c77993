package io.undertone.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One Kafka node in a process of its own, broker and controller at once, which can be killed and started again on its
/// folder. Owned by the test's thread.
final class BrokerProcess implements AutoCloseable {

    private final Path settings;
    private final Path log;
    private Process process;

    private BrokerProcess(Path settings, Path log, Process process) {
        this.settings = settings;
        this.log = log;
        this.process = process;
    }

    /// @param folder for the node's log directory, its settings and what it says
    static BrokerProcess start(Path folder, Map<String, String> settings) throws IOException {
        Files.createDirectories(folder);
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.setProperty("log.dirs", folder.resolve("data").toString());
        Path file = folder.resolve("node.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        Path log = folder.resolve("node.log");
        return new BrokerProcess(file, log, launch(file, log));
    }

    private static Process launch(Path settings, Path log) throws IOException {
        return JavaProcess.launch(BrokerProcess.class, "-Xmx384m", log, settings.toString());
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM: leads are handed over before it ends.
    void stop() throws InterruptedException {
        process.toHandle().destroy(); // Process.destroy would also close its input, see JavaProcess
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the broker did not end within 60 s, see " + log);
        }
    }

    void restart() throws IOException {
        process = launch(settings, log);
    }

    ProcessMemory memory() {
        return ProcessMemory.of(process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /// `args`: a file of settings, with `cluster.id` among them.
    public static void main(String[] args) throws Exception {
        JavaProcess.endWithParent();
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            properties.load(in);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        String clusterId = settings.remove("cluster.id");
        Files.createDirectories(Path.of(settings.get("log.dirs")));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(clusterId)
                .setNodeId(Integer.parseInt(settings.get("node.id")))
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(settings.get("log.dirs"))
                .addDirectory(settings.get("log.dirs"))
                .setIgnoreFormatted(true)
                .run();
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.startup();
        server.awaitShutdown();
    }
}

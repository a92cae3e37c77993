package io.undertone.deploy;

import io.undertone.streams.FolderTree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One Kafka node (KRaft, broker and controller in one) inside this process, on 127.0.0.1, for the demo and for tests.
///
/// Keeps its log in a temporary folder that is removed when it is closed. Uses classes of the broker that are no public
/// API, which is why one Kafka version is pinned for all modules. Not for production: one replica of everything.
///
/// Threading: opened and closed by one thread; the broker's own threads end with `close`.
public final class EmbeddedBroker implements AutoCloseable {

    private static final int NODE_ID = 1;

    private final KafkaRaftServer server;
    private final Path folder;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, Path folder, int port) {
        this.server = server;
        this.folder = folder;
        this.port = port;
    }

    /// Starts on a port that is free now and waits until the broker takes requests (about 3 s on a small machine).
    public static EmbeddedBroker start() {
        return start(freePort());
    }

    /// @param port where clients connect, on 127.0.0.1
    public static EmbeddedBroker start(int port) {
        Path folder = temporaryFolder();
        try {
            Map<String, String> properties = properties(port, freePort(), folder);
            format(folder);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(server, folder, port);
        } catch (RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        delete(folder);
    }

    private static Map<String, String> properties(int port, int controllerPort, Path folder) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("log.dirs", folder.toString());
        // One node cannot replicate, and 50 partitions for each internal topic would double the time to start.
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(internal + ".replication.factor", "1");
            properties.put(internal + ".num.partitions", "2");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("default.replication.factor", "1");
        // A consumer group of one need not wait for others.
        properties.put("group.initial.rebalance.delay.ms", "0");
        // Lets a tagger be missed as soon as it wants to be.
        properties.put("group.min.session.timeout.ms", "3000");
        // A topic that nobody created is a mistake that should be seen.
        properties.put("auto.create.topics.enable", "false");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        return properties;
    }

    private static void format(Path folder) {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .run();
        } catch (Exception e) { // what Formatter.run declares
            throw new IllegalStateException("the broker's folder " + folder + " cannot be formatted", e);
        }
    }

    /// Free at this moment: somebody else could take it before the broker does, which then fails to start.
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port on 127.0.0.1", e);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("undertone-broker-");
        } catch (IOException e) {
            throw new IllegalStateException("no temporary folder in " + System.getProperty("java.io.tmpdir"), e);
        }
    }

    private static void delete(Path folder) {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException("the broker's folder " + folder + " cannot be removed", e);
        }
    }
}

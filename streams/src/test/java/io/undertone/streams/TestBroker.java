package io.undertone.streams;

import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicSetup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One Kafka node in this process. Small, and quick to start.
final class TestBroker implements AutoCloseable {

    /// What a broker has besides its open listener.
    ///
    /// @param listeners name to security protocol, each on a port of its own
    /// @param settings of the broker
    /// @param scramUsers as `kafka-storage format --add-scram` takes them
    record Security(Map<String, String> listeners, Map<String, String> settings, List<String> scramUsers) {}

    private static final String OPEN = "PLAINTEXT";

    private final KafkaRaftServer server;
    private final Map<String, Integer> ports;

    private TestBroker(KafkaRaftServer server, Map<String, Integer> ports) {
        this.server = server;
        this.ports = ports;
    }

    /// @param folder empty, for the broker's log
    static TestBroker start(Path folder) throws Exception {
        return start(folder, new Security(Map.of(), Map.of(), List.of()));
    }

    static TestBroker start(Path folder, Security security) throws Exception {
        int controllerPort = freePort();
        Map<String, String> protocols = new TreeMap<>(security.listeners());
        protocols.put(OPEN, OPEN);
        Map<String, Integer> ports = new TreeMap<>();
        StringBuilder listeners = new StringBuilder("CONTROLLER://127.0.0.1:" + controllerPort);
        StringBuilder protocolMap = new StringBuilder("CONTROLLER:PLAINTEXT");
        for (Map.Entry<String, String> listener : protocols.entrySet()) {
            ports.put(listener.getKey(), freePort());
            listeners
                    .append(',')
                    .append(listener.getKey())
                    .append("://127.0.0.1:")
                    .append(ports.get(listener.getKey()));
            protocolMap.append(',').append(listener.getKey()).append(':').append(listener.getValue());
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .setScramArguments(security.scramUsers())
                .run();
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("listener.security.protocol.map", protocolMap.toString());
        settings.put("listeners", listeners.toString());
        settings.put("log.dirs", folder.toString());
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        settings.putAll(security.settings());
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new TestBroker(server, ports);
    }

    String bootstrapServers() {
        return bootstrapServers(OPEN);
    }

    String bootstrapServers(String listener) {
        return "127.0.0.1:" + ports.get(listener);
    }

    /// Their leaders lead when it returns: a quick test would find no partitions.
    void createTopics(Topics topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            TopicSetup.apply(admin, topics, 1, false);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

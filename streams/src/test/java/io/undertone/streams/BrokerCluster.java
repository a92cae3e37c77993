package io.undertone.streams;

import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// Kafka nodes in processes of their own, on free ports of this machine. Three of them replicate everything to all and
/// go on with two; one of them is what a developer has. Node ids count from 1. Owned by the test's thread.
final class BrokerCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final List<BrokerProcess> nodes;
    private final String bootstrapServers;

    private BrokerCluster(List<BrokerProcess> nodes, String bootstrapServers) {
        this.nodes = nodes;
        this.bootstrapServers = bootstrapServers;
    }

    /// @param more settings of every node, stronger than ours
    static BrokerCluster start(Path folder, int size, Map<String, String> more) throws Exception {
        List<Integer> ports = new ArrayList<>();
        List<Integer> controllerPorts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ports.add(TestBroker.freePort());
            controllerPorts.add(TestBroker.freePort());
        }
        String voters = IntStream.range(0, size)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllerPorts.get(i))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        List<BrokerProcess> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Map<String, String> settings = new TreeMap<>(common(size));
            settings.put("cluster.id", clusterId);
            settings.put("node.id", Integer.toString(i + 1));
            settings.put("controller.quorum.voters", voters);
            settings.put(
                    "listeners",
                    "PLAINTEXT://127.0.0.1:" + ports.get(i) + ",CONTROLLER://127.0.0.1:" + controllerPorts.get(i));
            settings.putAll(more);
            nodes.add(BrokerProcess.start(folder.resolve("node-" + (i + 1)), settings));
        }
        BrokerCluster cluster = new BrokerCluster(
                nodes, ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
        cluster.awaitNodes();
        return cluster;
    }

    private static Map<String, String> common(int size) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        String replicas = Integer.toString(Math.min(size, 3));
        String inSync = Integer.toString(Math.min(size, 2));
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(internal + ".replication.factor", replicas);
            settings.put(internal + ".num.partitions", Integer.toString(size));
        }
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        return settings;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    BrokerProcess node(int id) {
        return nodes.get(id - 1);
    }

    List<BrokerProcess> nodes() {
        return List.copyOf(nodes);
    }

    /// Their leaders lead when it returns.
    void createTopics(Topics topics) {
        try (Admin admin = admin()) {
            TopicSetup.apply(admin, topics, Math.min(nodes.size(), 3), false);
        }
    }

    /// The node that leads most partitions of a topic.
    int leaderOf(String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            return describe(admin, topic).partitions().stream()
                    .collect(Collectors.groupingBy(
                            partition -> partition.leader().id(), Collectors.counting()))
                    .entrySet()
                    .stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }
    }

    /// Waits until every replica of these topics is in sync again.
    void awaitInSync(List<String> topics) throws InterruptedException {
        await("every replica to be in sync", () -> {
            try (Admin admin = admin()) {
                for (String topic : topics) {
                    if (describe(admin, topic).partitions().stream()
                            .anyMatch(partition -> partition.isr().size()
                                    < partition.replicas().size())) {
                        return false;
                    }
                }
                return true;
            }
        });
    }

    /// Waits until a group has so many members and each has its partitions.
    void awaitMembers(String group, int count) throws InterruptedException {
        await(count + " members of group " + group, () -> {
            try (Admin admin = admin()) {
                ConsumerGroupDescription description = describeGroup(admin, group);
                return description.groupState() == GroupState.STABLE
                        && description.members().size() == count;
            }
        });
    }

    /// Ids under which the group knows its members; who comes back gets another one.
    Set<String> members(String group) throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            return describeGroup(admin, group).members().stream()
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// What a reader that waits in vain wants to know: how far topics have been written, how far a read-committed
    /// reader
    /// may read them, how far a group has read, and which transactions are open.
    String describe(String group, List<String> topics) throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                describe(admin, topic)
                        .partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, Long> written = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
            Map<TopicPartition, Long> committed = ends(admin, partitions, IsolationLevel.READ_COMMITTED);
            StringBuilder text = new StringBuilder(describeGroup(admin, group).toString());
            for (TopicPartition partition : partitions) {
                text.append('\n')
                        .append(partition)
                        .append(": written to ")
                        .append(written.get(partition))
                        .append(", readable to ")
                        .append(committed.get(partition))
                        .append(", read to ")
                        .append(
                                read.containsKey(partition)
                                        ? read.get(partition).offset()
                                        : "-");
            }
            admin.listTransactions()
                    .all()
                    .get()
                    .forEach(each -> text.append('\n').append(each));
            return text.toString();
        }
    }

    private static Map<TopicPartition, Long> ends(
            Admin admin, List<TopicPartition> partitions, IsolationLevel isolation)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        return admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private static ConsumerGroupDescription describeGroup(Admin admin, String group)
            throws InterruptedException, ExecutionException {
        return admin.describeConsumerGroups(List.of(group))
                .all()
                .get()
                .values()
                .iterator()
                .next();
    }

    private void awaitNodes() throws InterruptedException {
        await("the brokers to start", () -> {
            try (Admin admin = admin()) {
                List<Node> seen = List.copyOf(admin.describeCluster().nodes().get());
                return seen.size() == nodes.size();
            }
        });
    }

    private static TopicDescription describe(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next();
    }

    private static void await(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (ExecutionException e) {
                // not yet
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            Thread.sleep(100);
        }
    }

    private interface Condition {
        boolean holds() throws InterruptedException, ExecutionException;
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "request.timeout.ms", 3000, "default.api.timeout.ms", 5000));
    }

    @Override
    public void close() {
        nodes.forEach(BrokerProcess::close);
    }
}

package io.undertone.deploy.bench;

import io.undertone.audio.InvalidInputException;
import io.undertone.deploy.EmbeddedBroker;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicSetup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/// The broker that carries the load: one in this process, or a cluster of the caller's, on which only topics of our own
/// are made and removed. Owned by one thread.
final class Cluster implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final Optional<EmbeddedBroker> broker;
    private final Admin admin;
    private final String servers;

    private Cluster(Optional<EmbeddedBroker> broker, Admin admin, String servers) {
        this.broker = broker;
        this.admin = admin;
        this.servers = servers;
    }

    /// @param bootstrap empty: a broker in this process
    /// @throws InvalidInputException if no broker answers there
    static Cluster open(Optional<String> bootstrap) throws InterruptedException {
        if (bootstrap.isPresent()) {
            Cluster cluster = new Cluster(Optional.empty(), admin(bootstrap.get()), bootstrap.get());
            try {
                var _ = cluster.topics(""); // whether anybody answers
                return cluster;
            } catch (InvalidInputException e) {
                cluster.close();
                throw e;
            }
        }
        EmbeddedBroker broker = EmbeddedBroker.start();
        return new Cluster(Optional.of(broker), admin(broker.bootstrapServers()), broker.bootstrapServers());
    }

    private static Admin admin(String servers) {
        return Admin.create(Map.of("bootstrap.servers", servers, "default.api.timeout.ms", 1000 * PATIENCE_SECONDS));
    }

    String servers() {
        return servers;
    }

    /// For any client of Kafka.
    Map<String, Object> client() {
        return Map.of("bootstrap.servers", servers);
    }

    void create(Topics topics) {
        TopicSetup.apply(admin, topics, -1, false);
    }

    /// Removes every topic whose name begins so, those that Kafka Streams made too.
    void drop(String prefix) throws InterruptedException {
        try {
            admin.deleteTopics(topics(prefix)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new InvalidInputException("topics " + prefix + "* cannot be removed at " + servers + ": " + e, e);
        }
    }

    /// Topics whose names begin so.
    List<String> topics(String prefix) throws InterruptedException {
        try {
            return admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        } catch (ExecutionException | TimeoutException e) {
            throw new InvalidInputException("no broker answers at " + servers + ": " + e, e);
        }
    }

    @Override
    public void close() {
        admin.close();
        broker.ifPresent(EmbeddedBroker::close);
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.streams.BrokerRefusal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Asks a cluster, and says plainly when it does not answer.
public final class Brokers {

    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private Brokers() {}

    /// An admin client of a cluster that has just answered.
    ///
    /// @param client configuration of a Kafka client
    /// @param err where it is said that nobody has answered yet, and how long it goes on trying
    /// @throws InvalidInputException if no broker answers within the patience
    static Admin connect(Map<String, Object> client, PrintWriter err) {
        return connect(client, PATIENCE, err);
    }

    static Admin connect(Map<String, Object> client, Duration patience, PrintWriter err) {
        String servers = String.valueOf(client.get("bootstrap.servers"));
        Map<String, Object> config = new HashMap<>(client);
        config.put("default.api.timeout.ms", Math.toIntExact(patience.toMillis()));
        config.put("request.timeout.ms", Math.toIntExact(Math.min(5000, patience.toMillis())));
        Admin admin = open(config, servers);
        try {
            Future<String> id = admin.describeCluster().clusterId();
            try {
                id.get(Math.min(SILENCE.toMillis(), patience.toMillis()), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                err.println("undertone: no broker answers at " + servers + " yet; trying for " + patience.toSeconds()
                        + " s");
                id.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
            return admin;
        } catch (ExecutionException | TimeoutException e) {
            admin.close(Duration.ZERO);
            throw BrokerRefusal.of(e, servers)
                    .map(reason -> new InvalidInputException(reason, e))
                    .orElseGet(() -> unreachable(config, patience, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            admin.close(Duration.ZERO);
            throw unreachable(config, patience, e);
        }
    }

    private static Admin open(Map<String, Object> config, String servers) {
        try {
            return Admin.create(config);
        } catch (KafkaException e) {
            Throwable why = e.getCause() instanceof ConfigException cause ? cause : e;
            boolean address = String.valueOf(why.getMessage()).contains("bootstrap");
            throw new InvalidInputException(
                    BrokerRefusal.ofSettings(e)
                            .filter(_ -> !address)
                            .orElse("broker address '" + servers + "' cannot be used: " + why.getMessage()),
                    e);
        }
    }

    private static InvalidInputException unreachable(Map<String, Object> config, Duration patience, Exception e) {
        String servers = String.valueOf(config.get("bootstrap.servers"));
        return new InvalidInputException(
                "no broker at " + servers + " answered within " + patience.toSeconds()
                        + " s; is Kafka running there, and does its advertised listener fit?"
                        + BrokerRefusal.hint(servers, config.get("security.protocol")),
                e);
    }

    /// Fails unless the cluster answers and has the topics.
    public static void requireTopics(Map<String, Object> client, List<TopicSpec<?>> topics, PrintWriter err) {
        try (Admin admin = connect(client, err)) {
            List<String> missing = topics.stream()
                    .<String>map(TopicSpec::name)
                    .filter(name -> !isThere(admin, client, name))
                    .toList();
            if (!missing.isEmpty()) {
                throw new InvalidInputException("topic missing at " + client.get("bootstrap.servers") + ": "
                        + String.join(", ", missing) + "; 'undertone topics' creates it");
            }
        }
    }

    static boolean hasTopic(Map<String, Object> client, TopicSpec<?> topic, PrintWriter err) {
        try (Admin admin = connect(client, err)) {
            return isThere(admin, client, topic.name());
        }
    }

    /// A topic that this user may not see is not taken for one that is missing: it would be skipped without a word.
    private static boolean isThere(Admin admin, Map<String, Object> client, String topic) {
        return switch (look(admin, topic)) {
            case THERE -> true;
            case MISSING -> false;
            case HIDDEN ->
                throw new InvalidInputException("the Kafka broker at " + client.get("bootstrap.servers")
                        + " does not let this user see topic " + topic
                        + "; 'undertone acls' prints what each user needs");
        };
    }

    /// What a user can learn of a topic.
    enum Presence {
        THERE,
        MISSING,
        /// There or not: this user may not know.
        HIDDEN
    }

    static Presence look(Admin admin, String topic) {
        try {
            ask(admin.describeTopics(List.of(topic)).allTopicNames(), "look for topic " + topic);
            return Presence.THERE;
        } catch (InvalidInputException e) {
            return switch (e.getCause() instanceof ExecutionException failed ? failed.getCause() : null) {
                case UnknownTopicOrPartitionException _ -> Presence.MISSING;
                case TopicAuthorizationException _ -> Presence.HIDDEN;
                case null, default -> throw e;
            };
        }
    }

    /// Waits for an answer of the cluster.
    ///
    /// @return empty if it is `otherwise`
    static <T> Optional<T> ask(Future<T> answer, String what, Class<? extends Exception> otherwise) {
        try {
            return Optional.of(ask(answer, what));
        } catch (InvalidInputException e) {
            if (e.getCause() instanceof ExecutionException failed && otherwise.isInstance(failed.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Waits for an answer of the cluster.
    ///
    /// @param what completes "cannot ..."
    static <T> T ask(Future<T> answer, String what) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            String refusal =
                    BrokerRefusal.of(e, "the address that was given").orElseGet(() -> String.valueOf(e.getCause()));
            throw new InvalidInputException("cannot " + what + ": " + refusal, e);
        } catch (TimeoutException e) {
            throw new InvalidInputException(
                    "cannot " + what + ": the cluster did not answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("cannot " + what + ": interrupted", e);
        }
    }
}

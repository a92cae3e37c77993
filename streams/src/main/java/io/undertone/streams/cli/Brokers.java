package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

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
            throw unreachable(servers, patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            admin.close(Duration.ZERO);
            throw unreachable(servers, patience, e);
        }
    }

    private static Admin open(Map<String, Object> config, String servers) {
        try {
            return Admin.create(config);
        } catch (KafkaException e) {
            Throwable why = e.getCause() instanceof ConfigException cause ? cause : e;
            throw new InvalidInputException("broker address '" + servers + "' cannot be used: " + why.getMessage(), e);
        }
    }

    private static InvalidInputException unreachable(String servers, Duration patience, Exception e) {
        return new InvalidInputException(
                "no broker at " + servers + " answered within " + patience.toSeconds()
                        + " s; is Kafka running there, and does its advertised listener fit?",
                e);
    }

    /// Fails unless the cluster answers and has the topics.
    public static void requireTopics(Map<String, Object> client, List<TopicSpec<?>> topics, PrintWriter err) {
        try (Admin admin = connect(client, err)) {
            Set<String> existing = ask(admin.listTopics().names(), "list the topics");
            List<String> missing = topics.stream()
                    .<String>map(TopicSpec::name)
                    .filter(name -> !existing.contains(name))
                    .toList();
            if (!missing.isEmpty()) {
                throw new InvalidInputException("topic missing at " + client.get("bootstrap.servers") + ": "
                        + String.join(", ", missing) + "; 'undertone topics' creates it");
            }
        }
    }

    static boolean hasTopic(Map<String, Object> client, TopicSpec<?> topic, PrintWriter err) {
        try (Admin admin = connect(client, err)) {
            return ask(admin.listTopics().names(), "list the topics").contains(topic.name());
        }
    }

    /// Waits for an answer of the cluster.
    ///
    /// @param what completes "cannot ..."
    static <T> T ask(Future<T> answer, String what) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new InvalidInputException("cannot " + what + ": " + String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new InvalidInputException(
                    "cannot " + what + ": the cluster did not answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("cannot " + what + ": interrupted", e);
        }
    }
}

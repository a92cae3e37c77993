package io.undertone.streams.config;

import io.undertone.audio.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How the tagger reaches Kafka and takes its place in the group.
///
/// @param bootstrapServers `host:port`, several with commas
/// @param applicationId names the consumer group, the transactional ids and the internal topics: instances that share
///     it share the work
/// @param streamThreads threads that read, cut windows and rank; each has a consumer and a transactional producer
/// @param groupInstanceId keeps the seat in the group over a restart (static membership); must differ between the
///     instances. Without it the partitions of a crashed instance stand still until `sessionTimeout` is over
/// @param sessionTimeout after it a silent instance is taken for dead. Without it 3 s, or more where the brokers refuse
///     that: 6 s unless they are told otherwise
/// @param connectTimeout how long the start goes on trying to reach a broker
/// @param replicationFactor of the internal topics; -1 is the broker's default
/// @param properties passed to Kafka as they stand: security, tuning
/// @param propertiesFile Java properties with the same meaning, for secrets; stronger than `properties`
public record KafkaConfig(
        String bootstrapServers,
        String applicationId,
        int streamThreads,
        Optional<String> groupInstanceId,
        Optional<Duration> sessionTimeout,
        Duration connectTimeout,
        int replicationFactor,
        Map<String, String> properties,
        Optional<Path> propertiesFile) {

    static final String BOOTSTRAP_SERVERS = "localhost:9092";
    static final String APPLICATION_ID = "undertone";
    static final int STREAM_THREADS = 2;
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);
    static final int REPLICATION_FACTOR = -1;

    /// Kafka's names for what has a key of its own here: a second place for them would only raise the question of which
    /// one counts.
    private static final Map<String, String> OWNED = Map.of(
            "bootstrap.servers", "kafka.bootstrap-servers",
            "application.id", "kafka.application-id",
            "num.stream.threads", "kafka.stream-threads",
            "group.instance.id", "kafka.group-instance-id",
            "session.timeout.ms", "kafka.session-timeout",
            "replication.factor", "kafka.replication-factor",
            "processing.guarantee", "delivery.guarantee",
            "commit.interval.ms", "delivery.commit-interval",
            "transaction.timeout.ms", "delivery.transaction-timeout",
            "state.dir", "state-dir");

    public KafkaConfig {
        Range.checkText("kafka.bootstrap-servers", bootstrapServers);
        Range.checkText("kafka.application-id", applicationId);
        if (!applicationId.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "'kafka.application-id' must be 1 to 100 letters, digits, '.', '_' or '-': '" + applicationId
                            + "'");
        }
        Range.check("kafka.stream-threads", streamThreads, 1, 256);
        sessionTimeout.ifPresent(timeout ->
                Range.check("kafka.session-timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(30)));
        Range.check("kafka.connect-timeout", connectTimeout, Duration.ofSeconds(1), Duration.ofHours(24));
        if (replicationFactor != -1) {
            Range.check("kafka.replication-factor", replicationFactor, 1, Short.MAX_VALUE);
        }
        properties = Map.copyOf(properties);
        refuseOwned(properties.keySet());
    }

    /// `properties` and those of the file, as a Kafka client takes them, with the values of config providers filled in.
    /// They hold secrets.
    ///
    /// @throws InvalidInputException if the file or a provider cannot be read, or sets what has a key of its own
    public Map<String, String> clientProperties() {
        Map<String, String> all = new HashMap<>(properties);
        propertiesFile.ifPresent(file -> {
            Map<String, String> secrets = PropertiesFile.read(file, "kafka.properties-file");
            try {
                refuseOwned(secrets.keySet());
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException("in the file of 'kafka.properties-file': " + e.getMessage(), e);
            }
            all.putAll(secrets);
        });
        return ProvidedValues.resolve(all, "kafka.properties");
    }

    /// @throws IllegalArgumentException if one of the names has a key of its own
    private static void refuseOwned(Set<String> names) {
        for (String name : names) {
            String bare = name.replaceFirst("^(main\\.consumer|consumer|producer)\\.", "");
            if (OWNED.containsKey(bare)) {
                throw new IllegalArgumentException(
                        "'kafka.properties' must not set '" + name + "': use '" + OWNED.get(bare) + "'");
            }
        }
    }

    static KafkaConfig read(Section section) {
        return new KafkaConfig(
                section.text("bootstrap-servers", BOOTSTRAP_SERVERS),
                section.text("application-id", APPLICATION_ID),
                section.integer("stream-threads", STREAM_THREADS),
                section.optionalText("group-instance-id"),
                section.optionalDuration("session-timeout"),
                section.duration("connect-timeout", CONNECT_TIMEOUT),
                section.integer("replication-factor", REPLICATION_FACTOR),
                section.map("properties"),
                section.optionalText("properties-file").map(Path::of));
    }

    public KafkaConfig withBootstrapServers(String servers) {
        return new KafkaConfig(
                servers,
                applicationId,
                streamThreads,
                groupInstanceId,
                sessionTimeout,
                connectTimeout,
                replicationFactor,
                properties,
                propertiesFile);
    }

    /// Of another application: it shares neither group nor seat.
    KafkaConfig withApplicationId(String other) {
        return new KafkaConfig(
                bootstrapServers,
                other,
                streamThreads,
                Optional.empty(),
                sessionTimeout,
                connectTimeout,
                replicationFactor,
                properties,
                propertiesFile);
    }

    public KafkaConfig withSessionTimeout(Duration timeout) {
        return new KafkaConfig(
                bootstrapServers,
                applicationId,
                streamThreads,
                groupInstanceId,
                Optional.of(timeout),
                connectTimeout,
                replicationFactor,
                properties,
                propertiesFile);
    }

    /// Without the values of `properties`: there may be secrets among them.
    @Override
    public String toString() {
        return "KafkaConfig[bootstrapServers=" + bootstrapServers + ", applicationId=" + applicationId
                + ", streamThreads=" + streamThreads + ", properties=" + properties.keySet() + "]";
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which cluster a command speaks to: an address alone, or the configuration file of `run` where the cluster wants
/// more.
final class KafkaOptions {

    private static final String DEFAULT_SERVERS = "localhost:9092";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "brokers to ask first; several with commas (default: " + DEFAULT_SERVERS + ")")
    private @Nullable String bootstrap;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "stands before the name of every topic (default: none)")
    private @Nullable String prefix;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration file of 'run', for a cluster that wants credentials or a registry;"
                    + " the other options are stronger")
    private @Nullable Path config;

    private @Nullable UndertoneConfig read;

    String servers() {
        if (bootstrap != null) {
            return bootstrap;
        }
        UndertoneConfig file = file();
        return file == null ? DEFAULT_SERVERS : file.kafka().bootstrapServers();
    }

    Topics topics() {
        String given = prefix;
        if (given == null) {
            UndertoneConfig file = file();
            given = file == null ? "" : file.topicPrefix();
        }
        try {
            return Topics.defaults().withPrefix(given);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("--prefix '" + given + "': " + e.getMessage(), e);
        }
    }

    /// For any client of Kafka.
    Map<String, Object> client() {
        UndertoneConfig file = file();
        Map<String, Object> client = file == null ? new HashMap<>() : client(file);
        client.put("bootstrap.servers", servers());
        return client;
    }

    /// For any client of the cluster of a configuration.
    static Map<String, Object> client(UndertoneConfig file) {
        Map<String, Object> client = new HashMap<>(file.kafka().clientProperties());
        client.put("bootstrap.servers", file.kafka().bootstrapServers());
        return client;
    }

    /// For the serdes; empty without a registry.
    Map<String, String> registry() {
        UndertoneConfig file = file();
        return file == null ? Map.of() : file.schemaRegistry().serdeConfig();
    }

    @Nullable
    UndertoneConfig file() {
        if (config != null && read == null) {
            read = UndertoneConfig.read(config);
        }
        return read;
    }
}

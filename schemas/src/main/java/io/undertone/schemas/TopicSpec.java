package io.undertone.schemas;

import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.NewTopic;

/// One topic of the catalogue: what it is called, what lies on it, how it is kept.
///
/// @param name as it is called in Kafka, prefix included
/// @param key what the record's key (a UTF-8 string) is
/// @param valueType class of the record's value
/// @param partitions how many there are unless somebody asks for another number; at least 1. Topics keyed by call id
///     have the same number, so that a call lies in the same partition of each.
/// @param extraConfigs Kafka's topic configuration beside what `retention` says
/// @param purpose one sentence for people
public record TopicSpec<T extends SpecificRecord>(
        String name,
        String key,
        Class<T> valueType,
        int partitions,
        Retention retention,
        Map<String, String> extraConfigs,
        String purpose) {

    public TopicSpec {
        if (!name.matches("[a-zA-Z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "name of a topic must be 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_', '-': '" + name + "'");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions of topic " + name + " must be at least 1: " + partitions);
        }
        extraConfigs = Map.copyOf(extraConfigs);
    }

    /// The schema that values are written with now.
    public Schema valueSchema() {
        return SpecificData.get().getSchema(valueType);
    }

    /// The whole topic configuration in Kafka's words, sorted by key.
    public Map<String, String> configs() {
        Map<String, String> configs = new TreeMap<>(extraConfigs);
        configs.put("cleanup.policy", retention.cleanupPolicy());
        switch (retention) {
            case Retention.For(var duration) -> configs.put("retention.ms", Long.toString(duration.toMillis()));
            case Retention.CompactedFor(var duration) ->
                configs.put("retention.ms", Long.toString(duration.toMillis()));
            case Retention.Compacted() -> {}
        }
        return configs;
    }

    /// For Kafka's admin client.
    ///
    /// @param replicationFactor copies of each partition; -1 takes the broker's default
    public NewTopic toNewTopic(int replicationFactor) {
        if (replicationFactor != -1 && (replicationFactor < 1 || replicationFactor > Short.MAX_VALUE)) {
            throw new IllegalArgumentException("replicationFactor must be -1 or in [1, 32767]: " + replicationFactor);
        }
        return new NewTopic(name, partitions, (short) replicationFactor).configs(configs());
    }

    TopicSpec<T> prefixed(String prefix) {
        return new TopicSpec<>(prefix + name, key, valueType, partitions, retention, extraConfigs, purpose);
    }

    TopicSpec<T> kept(Retention other) {
        return new TopicSpec<>(name, key, valueType, partitions, other, extraConfigs, purpose);
    }

    TopicSpec<T> withPartitions(int count) {
        return new TopicSpec<>(name, key, valueType, count, retention, extraConfigs, purpose);
    }
}

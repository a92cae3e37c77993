package io.undertone.streams.cli;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.UnreadableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads what has been committed to a topic until now, from its beginning to its end.
///
/// @param client configuration of a Kafka client
record TopicScan(Map<String, Object> client, AvroSerdes serdes) {

    private static final Duration POLL = Duration.ofMillis(500);

    /// The last record of each key, in the order of the keys. A record that is none of ours counts as absent.
    ///
    /// @param wanted asked of key and record; others are not kept in memory
    <T extends SpecificRecord> Map<String, T> latest(TopicSpec<T> topic, BiPredicate<String, T> wanted) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        Deserializer<T> deserializer = serdes.deserializer(topic.valueType());
        Map<String, T> latest = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (!ends.isEmpty()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.key() != null) {
                        put(latest, record.key(), value(record, deserializer), wanted);
                    }
                }
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            }
        }
        return latest;
    }

    private static <T> void put(Map<String, T> latest, String key, @Nullable T value, BiPredicate<String, T> wanted) {
        if (value != null && wanted.test(key, value)) {
            latest.put(key, value);
        } else {
            latest.remove(key);
        }
    }

    private static <T> @Nullable T value(ConsumerRecord<String, byte[]> record, Deserializer<T> deserializer) {
        if (record.value() == null) {
            return null;
        }
        try {
            return deserializer.deserialize(record.topic(), record.value());
        } catch (UnreadableRecordException _) {
            return null;
        }
    }
}

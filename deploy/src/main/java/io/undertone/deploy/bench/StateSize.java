package io.undertone.deploy.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;

/// How much state a tagger has, without asking it: what its changelogs add up to, keys and values.
final class StateSize {

    private static final Duration POLL = Duration.ofMillis(200);

    private StateSize() {}

    /// Bytes in the stores as they were when the last transaction was committed.
    static long bytes(Map<String, Object> client, List<String> changelogs) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        Map<TopicPartition, Map<Bytes, Integer>> stores = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : changelogs) {
                consumer.partitionsFor(topic)
                        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    apply(
                            record,
                            stores.computeIfAbsent(
                                    new TopicPartition(record.topic(), record.partition()), _ -> new HashMap<>()));
                }
            }
        }
        return stores.values().stream()
                .flatMap(store -> store.values().stream())
                .mapToLong(Integer::longValue)
                .sum();
    }

    private static void apply(ConsumerRecord<byte[], byte[]> record, Map<Bytes, Integer> store) {
        Bytes key = Bytes.wrap(record.key());
        if (record.value() == null) {
            store.remove(key);
        } else {
            store.put(key, record.serializedKeySize() + record.serializedValueSize());
        }
    }
}

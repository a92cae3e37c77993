package io.undertone.streams.cli;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads what has been committed to some topics, all partitions, without a consumer group: a group would have to be
/// joined, and would leave its name behind.
///
/// Threading: belongs to one thread, but for `wakeup`.
public final class TopicReader implements AutoCloseable {

    /// Where the reading begins.
    public enum From {
        BEGINNING,
        /// After what is there when the reader is opened.
        END
    }

    /// One record.
    ///
    /// @param value the record's value; an instance of the topic's value type
    public record Read(String topic, SpecificRecord value) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Deserializer<? extends SpecificRecord>> deserializers;
    private long unreadable;

    private TopicReader(
            KafkaConsumer<String, byte[]> consumer, Map<String, Deserializer<? extends SpecificRecord>> deserializers) {
        this.consumer = consumer;
        this.deserializers = deserializers;
    }

    /// @param client configuration of a Kafka client
    public static TopicReader open(Map<String, ?> client, List<TopicSpec<?>> topics, AvroSerdes serdes, From from) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        config.put("fetch.max.wait.ms", 100);
        Map<String, Deserializer<? extends SpecificRecord>> deserializers = new HashMap<>();
        topics.forEach(topic -> deserializers.put(topic.name(), serdes.deserializer(topic.valueType())));
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicSpec<?> topic : topics) {
            for (PartitionInfo partition : consumer.partitionsFor(topic.name())) {
                partitions.add(new TopicPartition(topic.name(), partition.partition()));
            }
        }
        consumer.assign(partitions);
        switch (from) {
            case BEGINNING -> consumer.seekToBeginning(partitions);
            case END -> {
                consumer.seekToEnd(partitions);
                partitions.forEach(consumer::position); // now, not at the first poll
            }
        }
        return new TopicReader(consumer, deserializers);
    }

    /// The next records, perhaps none; those of one partition in their order.
    ///
    /// @throws WakeupException after `wakeup`
    public List<Read> poll(Duration patience) {
        List<Read> values = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(patience)) {
            Deserializer<? extends SpecificRecord> deserializer = deserializers.get(record.topic());
            if (deserializer == null || record.value() == null) {
                continue;
            }
            try {
                values.add(new Read(record.topic(), deserializer.deserialize(record.topic(), record.value())));
            } catch (UnreadableRecordException _) {
                unreadable++;
            }
        }
        return values;
    }

    /// Records that were no records of ours.
    public long unreadable() {
        return unreadable;
    }

    /// Ends a `poll` that waits, from any thread.
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// A read-committed consumer of the tag topic that keeps a running checksum of each call. One thread.
final class TagReader implements AutoCloseable {

    private final KafkaConsumer<String, EmotionTag> consumer;
    private final Map<String, TagChecksum> checksums = new HashMap<>();
    private Consumer<EmotionTag> onTag = _ -> {};
    private long count;
    private @Nullable EmotionTag last;

    TagReader(String bootstrapServers, Topics topics) {
        this(bootstrapServers, topics, TopologyHarness.SERDES);
    }

    TagReader(String bootstrapServers, Topics topics, AvroSerdes serdes) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                serdes.deserializer(EmotionTag.class));
        List<TopicPartition> partitions = consumer
                .partitionsFor(topics.emotionTags().name())
                .stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /// Reads until so many tags were seen since the start, or the time is over.
    void readUntil(long wanted, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (count < wanted && System.nanoTime() < deadline) {
            for (ConsumerRecord<String, EmotionTag> record : consumer.poll(Duration.ofMillis(100))) {
                count++;
                last = record.value();
                onTag.accept(record.value());
                checksums.computeIfAbsent(record.key(), _ -> new TagChecksum()).add(record.value());
            }
        }
    }

    /// @param listener told of each tag that is read from now on
    void onTag(Consumer<EmotionTag> listener) {
        onTag = listener;
    }

    EmotionTag last() {
        return Objects.requireNonNull(last, "no tag was read");
    }

    long count() {
        return count;
    }

    Map<String, TagChecksum> checksums() {
        return checksums;
    }

    @Override
    public void close() {
        consumer.close();
    }
}

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
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
    private long latestNanos;
    private long longestSilenceNanos;
    private @Nullable EmotionTag last;

    TagReader(String bootstrapServers, Topics topics) {
        this(bootstrapServers, topics, TopologyHarness.SERDES);
    }

    TagReader(String bootstrapServers, Topics topics, AvroSerdes serdes) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                serdes.deserializer(EmotionTag.class));
        // Not asked for: a broker may not have heard yet of a topic that was just created.
        List<TopicPartition> partitions = IntStream.range(
                        0, topics.emotionTags().partitions())
                .mapToObj(partition -> new TopicPartition(topics.emotionTags().name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /// Reads until so many tags were seen since the start, or the time is over.
    void readUntil(long wanted, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (count < wanted && System.nanoTime() < deadline) {
            ConsumerRecords<String, EmotionTag> records = consumer.poll(Duration.ofMillis(100));
            if (!records.isEmpty()) {
                hear();
            }
            for (ConsumerRecord<String, EmotionTag> record : records) {
                count++;
                last = record.value();
                onTag.accept(record.value());
                checksums.computeIfAbsent(record.key(), _ -> new TagChecksum()).add(record.value());
            }
        }
    }

    private void hear() {
        long now = System.nanoTime();
        longestSilenceNanos = count == 0 ? 0 : Math.max(longestSilenceNanos, now - latestNanos);
        latestNanos = now;
    }

    /// The longest time between tags, as far as it was read in between.
    Duration longestSilence() {
        return Duration.ofNanos(longestSilenceNanos);
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

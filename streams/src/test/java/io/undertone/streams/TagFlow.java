package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads the committed tags as they come, on a thread of its own: the running checksum of each call, and when each
/// partition was heard of last. Thread safe.
final class TagFlow implements AutoCloseable {

    /// What was committed before a fault may take this long to reach us.
    private static final Duration ON_THE_WAY = Duration.ofMillis(200);

    private final KafkaConsumer<String, EmotionTag> consumer;
    private final Thread thread;
    private final Map<String, TagChecksum> checksums = new HashMap<>();
    private final Map<Integer, List<Long>> arrivalNanos = new TreeMap<>(); // by partition
    private long count;

    private TagFlow(KafkaConsumer<String, EmotionTag> consumer, List<TopicPartition> partitions) {
        this.consumer = consumer;
        partitions.forEach(partition -> arrivalNanos.put(partition.partition(), new ArrayList<>()));
        thread = Thread.ofPlatform().name("tag-flow").unstarted(this::read);
    }

    static TagFlow open(String bootstrapServers, Topics topics) {
        KafkaConsumer<String, EmotionTag> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                TopologyHarness.SERDES.deserializer(EmotionTag.class));
        // Not asked for: a broker may not have heard yet of a topic that was just created.
        TopicSpec<EmotionTag> tags = topics.emotionTags();
        List<TopicPartition> partitions = IntStream.range(0, tags.partitions())
                .mapToObj(partition -> new TopicPartition(tags.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        TagFlow flow = new TagFlow(consumer, partitions);
        flow.thread.start();
        return flow;
    }

    private void read() {
        try (consumer) {
            while (true) {
                take(consumer.poll(Duration.ofMillis(100)));
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private synchronized void take(Iterable<ConsumerRecord<String, EmotionTag>> records) {
        long now = System.nanoTime();
        for (ConsumerRecord<String, EmotionTag> record : records) {
            count++;
            checksums.computeIfAbsent(record.key(), _ -> new TagChecksum()).add(record.value());
            arrivalNanos
                    .computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                    .add(now);
        }
        notifyAll();
    }

    synchronized long count() {
        return count;
    }

    synchronized Map<String, TagChecksum> checksums() {
        return Map.copyOf(checksums);
    }

    /// Waits until so many tags have come.
    ///
    /// @throws IllegalStateException if they do not come in time
    synchronized void await(long wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (count < wanted) {
            waitUntil(deadline, "tags: " + count + " of " + wanted + " have come");
        }
    }

    /// Waits until every partition that gave tags before has given one again, as seen by a reader, or no more tags are
    /// to come.
    ///
    /// @param sinceNanos when the fault happened, of [System#nanoTime]
    /// @param total how many tags there will be
    /// @return from the fault to the first tag of the partition that was the last to come back
    synchronized Duration recovery(long sinceNanos, long total, Duration patience) throws InterruptedException {
        long from = sinceNanos + ON_THE_WAY.toNanos();
        long deadline = System.nanoTime() + patience.toNanos();
        long last = sinceNanos;
        for (Map.Entry<Integer, List<Long>> partition : arrivalNanos.entrySet()) {
            if (partition.getValue().isEmpty()) {
                continue;
            }
            OptionalLong first = firstSince(from, partition.getValue());
            while (first.isEmpty() && count < total) {
                waitUntil(deadline, "tags of partition " + partition.getKey() + " to flow again");
                first = firstSince(from, partition.getValue());
            }
            last = Math.max(last, first.orElse(last));
        }
        return Duration.ofNanos(last - sinceNanos);
    }

    private static OptionalLong firstSince(long from, List<Long> arrivals) {
        return arrivals.stream()
                .mapToLong(Long::longValue)
                .filter(arrival -> arrival >= from)
                .findFirst();
    }

    /// The longest time between two tags of one partition.
    synchronized Duration longestSilence() {
        long longest = 0;
        for (List<Long> arrivals : arrivalNanos.values()) {
            for (int i = 1; i < arrivals.size(); i++) {
                longest = Math.max(longest, arrivals.get(i) - arrivals.get(i - 1));
            }
        }
        return Duration.ofNanos(longest);
    }

    /// Goes on reading for a while: something may come that should not.
    synchronized void linger(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers are the loops
    private void waitUntil(long deadline, String what) throws InterruptedException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new IllegalStateException("waited in vain for " + what);
        }
        wait(Math.max(1, left / 1_000_000));
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

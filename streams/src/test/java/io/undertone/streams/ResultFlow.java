package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads what is committed on all topics of results as it comes, on a thread of its own: every record for the
/// comparison with another run, and of the tags the running checksum of each customer, and when each partition was
/// heard of last. Thread safe.
final class ResultFlow implements AutoCloseable {

    /// What was committed before a fault may take this long to reach us.
    private static final Duration ON_THE_WAY = Duration.ofMillis(200);

    private final Topics topics;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Deserializer<? extends SpecificRecord>> deserializers = new HashMap<>(); // by topic
    private final Thread thread;
    private final Results results;
    private final Map<String, TagChecksum> checksums = new HashMap<>(); // of customers, by call
    private final Map<Integer, List<Long>> arrivalNanos = new TreeMap<>(); // of tags, by partition
    private long tags;
    private long latestNanos = System.nanoTime();
    private @Nullable Throwable failure;

    private ResultFlow(Topics topics, KafkaConsumer<String, byte[]> consumer, Results results) {
        this.topics = topics;
        this.consumer = consumer;
        this.results = results;
        IntStream.range(0, topics.emotionTags().partitions())
                .forEach(partition -> arrivalNanos.put(partition, new ArrayList<>()));
        topics.results()
                .forEach(topic ->
                        deserializers.put(topic.name(), TopologyHarness.SERDES.deserializer(topic.valueType())));
        thread = Thread.ofPlatform().name("result-flow").unstarted(this::read);
    }

    /// @param callsOfSeveral see [Results]
    static ResultFlow open(String bootstrapServers, Topics topics, Set<String> callsOfSeveral) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        // Not asked for: a broker may not have heard yet of a topic that was just created.
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicSpec<?> topic : topics.results()) {
            IntStream.range(0, topic.partitions())
                    .forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition)));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        ResultFlow flow = new ResultFlow(topics, consumer, new Results(callsOfSeveral));
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
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /// Nothing more is to be expected.
    synchronized void fail(Throwable why) {
        failure = why;
        notifyAll();
    }

    private synchronized void take(Iterable<ConsumerRecord<String, byte[]>> records) {
        long now = System.nanoTime();
        for (ConsumerRecord<String, byte[]> record : records) {
            latestNanos = now;
            @Nullable
            SpecificRecord value = record.value() == null
                    ? null
                    : deserializer(record.topic()).deserialize(record.topic(), record.value());
            results.add(Results.plainName(topics, record.topic()), record.key(), value, record.timestamp());
            if (value instanceof EmotionTag tag) {
                tags++;
                arrivalNanos
                        .computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                        .add(now);
                if (tag.getChannel().equals(GatewayTraffic.CUSTOMER)) {
                    checksums
                            .computeIfAbsent(record.key(), _ -> new TagChecksum())
                            .add(tag);
                }
            }
        }
        notifyAll();
    }

    private Deserializer<? extends SpecificRecord> deserializer(String topic) {
        return Objects.requireNonNull(deserializers.get(topic), topic);
    }

    /// How many tags have come.
    synchronized long tags() {
        return tags;
    }

    /// Of the tags of customers, by call.
    synchronized Map<String, TagChecksum> checksums() {
        return Map.copyOf(checksums);
    }

    /// Where all records that have come differ from those of another run; empty if they are equal.
    synchronized Optional<String> difference(Results expected) {
        return results.difference(expected);
    }

    /// To be used when nothing more comes.
    synchronized Results results() {
        return results;
    }

    /// Waits until so many tags have come.
    ///
    /// @throws IllegalStateException if they do not come in time
    synchronized void await(long wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (tags < wanted) {
            waitUntil(deadline, "tags: " + tags + " of " + wanted + " have come");
        }
    }

    /// Waits until so many records have come, on all topics together.
    ///
    /// @return whether they have come in time
    synchronized boolean awaitRecords(long wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (results.count() < wanted && deadline > System.nanoTime()) {
            wait(100);
        }
        return results.count() >= wanted;
    }

    /// Waits until so many tags of a customer have come.
    synchronized void await(String callId, int wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (results.tags(callId, GatewayTraffic.CUSTOMER) < wanted) {
            waitUntil(
                    deadline,
                    "tags of " + callId + ": " + results.tags(callId, GatewayTraffic.CUSTOMER) + " of " + wanted
                            + " have come");
        }
    }

    /// Waits until nothing has come for a while.
    synchronized void awaitQuiet(Duration quiet) throws InterruptedException {
        for (long left = quiet.toMillis(); left > 0; ) {
            wait(left);
            left = quiet.toMillis() - (System.nanoTime() - latestNanos) / 1_000_000;
        }
    }

    /// Waits until every partition that gave tags before has given one again, as seen by a reader, or no more tags
    /// are to come.
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
            while (first.isEmpty() && tags < total) {
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
        if (failure != null) {
            throw new IllegalStateException("no more results can come", failure);
        }
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

package io.undertone.deploy.bench;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.streams.cli.Pacer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A read-committed consumer of the tags, that only looks when each came. Records are not decoded: a tag's timestamp is
/// the moment at which the last sample of its window was produced, by the clock of the gateway, which is ours.
///
/// Threading: a thread of its own reads; every method may be called by any.
final class TagListener implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(20);
    private static final long LONGEST_MILLIS = Duration.ofHours(1).toMillis();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Pacer clock;
    private final Thread thread;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final Histogram latencies = new Histogram(LONGEST_MILLIS, 3); // ms
    private long count;
    private long bytes;
    private @Nullable Instant from;
    private @Nullable Instant to;

    private TagListener(KafkaConsumer<byte[], byte[]> consumer, Pacer clock) {
        this.consumer = consumer;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("bench-listener").unstarted(this::listen);
    }

    /// @param clock the one that the gateway's times come from
    static TagListener open(Map<String, Object> client, TopicSpec<?> topic, Pacer clock) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("max.partition.fetch.bytes", 8 << 20);
        config.put("fetch.max.wait.ms", 100);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        // not asked of the broker, which may not yet know a topic that was made a moment ago
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        TagListener listener = new TagListener(consumer, clock);
        listener.thread.start();
        return listener;
    }

    private void listen() {
        try {
            while (true) {
                var records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    long now = clock.now().toEpochMilli();
                    synchronized (this) {
                        records.forEach(record -> take(record, now));
                        notifyAll();
                    }
                }
            }
        } catch (WakeupException _) {
            // close() asked for it
        } catch (RuntimeException e) {
            failure.set(e);
        } finally {
            consumer.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        count++;
        bytes += record.serializedValueSize();
        Instant first = from;
        Instant last = to;
        long produced = record.timestamp();
        if (first != null && last != null && produced >= first.toEpochMilli() && produced < last.toEpochMilli()) {
            latencies.recordValue(Math.clamp(nowMillis - produced, 0, LONGEST_MILLIS));
        }
    }

    /// From now on latencies are recorded of windows that ended in [from, to), and those of before are forgotten.
    synchronized void time(Instant first, Instant last) {
        latencies.reset();
        from = first;
        to = last;
    }

    synchronized Histogram latencies() {
        return latencies.copy();
    }

    synchronized long count() {
        return count;
    }

    /// Mean size of a tag.
    synchronized double bytesPerTag() {
        return count == 0 ? 0 : (double) bytes / count;
    }

    /// Waits until so many tags have come since the start.
    ///
    /// @throws InvalidInputException if they did not within `patience`
    synchronized void await(long wanted, Duration patience) throws InterruptedException {
        Instant end = clock.now().plus(patience);
        while (count < wanted) {
            RuntimeException broken = failure.get();
            if (broken != null) {
                throw new InvalidInputException("the tags cannot be read: " + broken.getMessage(), broken);
            }
            if (!clock.now().isBefore(end)) {
                throw new InvalidInputException(
                        wanted + " tags were due within " + patience.toSeconds() + " s, and " + count + " came");
            }
            wait(100);
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topics of a rescoring beside its tagger: what was there when it began, all that events say, how far its group
/// has read, and what is deleted at its end.
///
/// Threading: belongs to one thread.
final class PastTopics implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PastTopics.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /// How far behind the end the last record is looked for first: markers of transactions lie between.
    private static final long LOOK_BACK = 64;

    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private final String group;
    private final EventReader eventReader;
    private final List<TopicPartition> audio;
    private final List<TopicPartition> events;
    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> ends; // behind the last record; of partitions that have one
    private Map<TopicPartition, Long> read; // by the group, committed

    private PastTopics(
            Admin admin,
            KafkaConsumer<String, byte[]> consumer,
            UndertoneConfig config,
            Topics topics,
            AvroSerdes serdes) {
        this.admin = admin;
        this.consumer = consumer;
        this.group = config.kafka().applicationId();
        this.eventReader = new EventReader(
                serdes.deserializer(CallEvent.class), topics.callEvents().name());
        this.audio = partitions(topics.audioChunks());
        this.events = partitions(topics.callEvents());
        this.begins = consumer.beginningOffsets(audio);
        this.ends = lastRecords();
        this.read = new HashMap<>();
        consumer.assign(events);
        consumer.seekToBeginning(events);
    }

    /// Creates the topics of results that are missing, and looks what is there.
    ///
    /// @throws InvalidInputException if there is no audio, or the topics of results hold something already
    static PastTopics open(UndertoneConfig config, Topics topics) throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(StreamsSettings.adminSettings(config));
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        Admin admin = Admin.create(StreamsSettings.adminSettings(config));
        try {
            KafkaConsumer<String, byte[]> consumer =
                    new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
            try {
                AvroSerdes serdes = AvroSerdes.of(config.schemaRegistry().serdeConfig());
                PastTopics past = new PastTopics(admin, consumer, config, topics, serdes);
                if (past.ends.isEmpty()) {
                    throw new InvalidInputException(
                            "topic '" + topics.audioChunks().name() + "' holds no audio");
                }
                past.createResults(topics, config.kafka().replicationFactor());
                return past;
            } catch (InterruptedException | RuntimeException | Error e) {
                consumer.close();
                throw e;
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            admin.close();
            throw e;
        }
    }

    private List<TopicPartition> partitions(TopicSpec<?> topic) {
        return consumer.partitionsFor(topic.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    private Map<TopicPartition, Long> lastRecords() {
        Map<TopicPartition, Long> found = new HashMap<>();
        consumer.endOffsets(audio).forEach((partition, end) -> {
            long begin = begins.getOrDefault(partition, 0L);
            long behindLast = -1;
            for (long back = LOOK_BACK, from = end; behindLast < 0 && from > begin; back *= 8) {
                from = Math.max(begin, end - back);
                behindLast = behindLastRecord(partition, from, end);
            }
            if (behindLast >= 0) {
                found.put(partition, behindLast);
            }
        });
        return found;
    }

    /// @return -1 if there is no record
    private long behindLastRecord(TopicPartition partition, long from, long end) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long behind = -1;
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    behind = record.offset() + 1;
                }
            }
        }
        return behind;
    }

    /// A second scoring in the same place could not be told from the first.
    private void createResults(Topics topics, int replicationFactor) throws InterruptedException {
        List<TopicSpec<?>> results = topics.withCallPartitions(audio.size()).results();
        Set<String> existing = ask(admin.listTopics().names(), "list the topics");
        List<TopicSpec<?>> missing = results.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        for (TopicSpec<?> topic : results) {
            if (existing.contains(topic.name()) && !isEmpty(partitions(topic))) {
                throw new InvalidInputException("topic '" + topic.name()
                        + "' holds records; name another prefix for the results, or delete the topics of this one");
            }
        }
        ask(
                admin.createTopics(missing.stream()
                                .map(topic -> topic.toNewTopic(replicationFactor))
                                .toList())
                        .all(),
                "create the topics of the results");
    }

    private boolean isEmpty(List<TopicPartition> partitions) {
        return consumer.endOffsets(partitions).equals(consumer.beginningOffsets(partitions));
    }

    /// By partition of the audio topic that holds records, the offset behind the last of them.
    Map<Integer, Long> ends() {
        Map<Integer, Long> byPartition = new TreeMap<>();
        ends.forEach((partition, end) -> byPartition.put(partition.partition(), end));
        return byPartition;
    }

    /// All events that have come since the last call; with the first call, all that there are.
    void events(Consumer<CallEvent> heard) {
        Map<TopicPartition, Long> until = consumer.endOffsets(events);
        while (until.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                switch (eventReader.read(record.key(), record.value())) {
                    case Incoming.Happened(CallEvent event) -> heard.accept(event);
                    case Incoming.Unusable(var why, var _) ->
                        log.warn("an event cannot be read, it may be a withdrawal: {}", why.detail());
                    case Incoming.Addressed _ -> throw new IllegalStateException("an event is no chunk");
                }
            }
        }
    }

    /// Partitions of which the group has read everything, by what it has committed.
    Collection<Integer> readToTheEnd() throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = ask(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
                "ask how far the group has read");
        Map<TopicPartition, Long> now = new HashMap<>();
        Set<Integer> over = new TreeSet<>();
        Map<TopicPartition, Long> gone = consumer.beginningOffsets(ends.keySet()); // retention goes on
        ends.forEach((partition, end) -> {
            OffsetAndMetadata at = committed.get(partition);
            long offset = Math.max(at == null ? 0 : at.offset(), gone.getOrDefault(partition, 0L));
            now.put(partition, Math.min(offset, end));
            if (offset >= end) {
                over.add(partition.partition());
            }
        });
        read = now;
        return over;
    }

    /// Chunks that the group had read when it was asked last.
    long read() {
        return count(read);
    }

    /// Chunks that were there at the start.
    long total() {
        return count(ends);
    }

    private long count(Map<TopicPartition, Long> until) {
        return until.entrySet().stream()
                .mapToLong(entry -> Math.max(0, entry.getValue() - begins.getOrDefault(entry.getKey(), 0L)))
                .sum();
    }

    /// The group and the internal topics, after its tagger has ended.
    void deleteOwn() {
        try {
            List<String> internal = ask(admin.listTopics().names(), "list the topics").stream()
                    .filter(TaggingTopology.changelogs(group)::contains)
                    .toList();
            ask(admin.deleteTopics(internal).all(), "delete the internal topics");
            ask(admin.deleteConsumerGroups(List.of(group)).all(), "delete the group");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("group '{}' and its topics '{}-...-changelog' are left behind: {}", group, group, e.getMessage());
        }
    }

    private static <T> T ask(KafkaFuture<T> answer, String what) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot " + what + ": " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Records that should not be there, between those of calls, on a real broker with its limits.
@Timeout(600)
final class InputFaults {

    private static final int HUGE = 20 << 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static FaultStage stage;

    @BeforeAll
    static void open() throws Exception {
        stage = FaultStage.open(folder);
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @Test
    void shouldTagCallsAmongAThousandMalformedRecordsAndPayloadsOf20MegaBytes() throws Exception {
        long seed = FaultSeed.next();
        Topics topics = stage.topics("odd-");
        accept(topics.audioChunks().name(), HUGE + (1 << 20));
        List<TestAudio> calls = List.of(
                TestAudio.talk("one", 60, 1),
                TestAudio.talk("two", 60, 2),
                TestAudio.talk("three", 60, 3),
                TestAudio.talk("four", 60, 4));
        Map<String, TagChecksum> expected = new HashMap<>();
        for (TestAudio call : calls) {
            TagChecksum checksum = expected.computeIfAbsent(call.callId(), _ -> new TagChecksum());
            CallTraffic.fileTags(call, FaultStage.TAGGING, TestTagging.encoder())
                    .forEach(checksum::add);
        }

        try (TaggerApplication tagger = stage.tagger("odd-", TestTagging.encoder(), FaultStage.FAST);
                TagReader reader = new TagReader(stage.servers(), topics)) {
            Set<String> refused = send(topics, calls, seed);
            long deadline = System.nanoTime() + FaultStage.PATIENCE.toNanos();
            while (FaultStage.total(ofCalls(reader)) < FaultStage.total(expected) && System.nanoTime() < deadline) {
                reader.readUntil(reader.count() + 1, Duration.ofSeconds(1));
            }
            FaultStage.readWhatIsThere(reader);
            Set<String> dead = deadLetters(topics, refused.size());

            assertThat(dead).containsAll(refused);
            assertThat(ofCalls(reader)).isEqualTo(expected);
            assertThat(FaultStage.deaths(tagger)).isZero();
            System.out.printf("malformed records: %d refused%n", dead.size());
            FaultStage.printSilence("1,000 malformed records and 20 MB payloads", reader);
            FaultStage.checkHeap("1,000 malformed records and 20 MB payloads");
        }
    }

    /// Without the calls that malformed records are said to belong to.
    private static Map<String, TagChecksum> ofCalls(TagReader reader) {
        Map<String, TagChecksum> checksums = new HashMap<>(reader.checksums());
        checksums.keySet().retainAll(Set.of("one", "two", "three", "four"));
        return checksums;
    }

    /// @return places of what must be refused
    private static Set<String> send(Topics topics, List<TestAudio> calls, long seed) throws Exception {
        MalformedRecords malformed = new MalformedRecords(new Random(seed));
        List<MalformedRecords.Kind> kinds = malformed.kinds(1000);
        List<List<AudioChunk>> chunks =
                calls.stream().map(call -> call.chunks(250)).toList();
        Set<String> refused = new HashSet<>();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        stage.servers(),
                        "max.request.size",
                        HUGE + (1 << 20),
                        "buffer.memory",
                        64L << 20),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 240 * chunks.size(); i++) {
                int round = i / chunks.size();
                AudioChunk next = chunks.get(i % chunks.size()).get(round);
                if (round > 0 && !kinds.isEmpty()) {
                    for (MalformedRecords.Kind kind : List.copyOf(kinds.subList(0, Math.min(2, kinds.size())))) {
                        kinds.removeFirst();
                        MalformedRecords.Malformed record = malformed.next(kind, next);
                        String topic = "odd-" + kind.topic();
                        String place = place(producer, topic, record.key(), record.value());
                        if (kind.isCertain() && !kind.topic().equals("prompt-banks")) {
                            refused.add(place);
                        }
                    }
                }
                if (i % 200 == 100) { // five of them
                    AudioChunk huge = AudioChunk.newBuilder(next)
                            .setPayload(ByteBuffer.wrap(new byte[HUGE]))
                            .build();
                    refused.add(place(producer, topics.audioChunks().name(), next.getCallId(), value(huge)));
                }
                place(producer, topics.audioChunks().name(), next.getCallId(), value(next));
            }
        }
        assertThat(kinds).isEmpty();
        return refused;
    }

    private static String place(
            KafkaProducer<String, byte[]> producer, String topic, @Nullable String key, byte @Nullable [] value)
            throws Exception {
        return producer.send(new ProducerRecord<>(topic, key, value)).get().toString(); // TOPIC-PARTITION@OFFSET
    }

    private static byte[] value(AudioChunk chunk) {
        return TopologyHarness.SERDES.serde(AudioChunk.class).serializer().serialize("audio-chunks", chunk);
    }

    private static void accept(String topic, int bytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stage.servers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static Set<String> deadLetters(Topics topics, int atLeast) {
        Set<String> places = new HashSet<>();
        try (KafkaConsumer<String, DeadChunk> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stage.servers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                TopologyHarness.SERDES.deserializer(DeadChunk.class))) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(topics.audioChunksDead().name())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + FaultStage.PATIENCE.toNanos();
            while (places.size() < atLeast && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, DeadChunk> record : consumer.poll(Duration.ofMillis(200))) {
                    DeadChunk dead = record.value();
                    places.add(dead.getSourceTopic() + "-" + dead.getSourcePartition() + "@" + dead.getSourceOffset());
                }
            }
        }
        return places;
    }
}

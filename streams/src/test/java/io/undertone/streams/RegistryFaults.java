package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A schema registry that goes away, on a real broker. No record that is sound may become a dead letter for it.
@Timeout(600)
final class RegistryFaults {

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
    void shouldSayInOneLineThatTheRegistryIsNotThere() throws Exception {
        stage.topics("absent-");
        TestRegistry registry = new TestRegistry();
        registry.stop();

        assertThatThrownBy(() -> stage.tagger("absent-", TestTagging.encoder(), yaml(registry)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("schema-registry.url cannot be used: ")
                .hasMessageContaining(registry.url());
    }

    @Test
    void shouldGoOnWithWhatItKnows() throws Exception {
        Topics topics = stage.topics("known-");
        CallTraffic traffic = new CallTraffic(4, 30, 31);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        List<AudioChunk> records = traffic.records();

        try (TestRegistry registry = new TestRegistry()) {
            AvroSerdes serdes = serdes(registry);
            try (TaggerApplication tagger = stage.tagger("known-", TestTagging.encoder(), yaml(registry));
                    TagReader reader = new TagReader(stage.servers(), topics, serdes)) {
                CallTraffic.send(stage.servers(), topics, serdes, records.subList(0, 100), Duration.ZERO);
                reader.readUntil(10, FaultStage.PATIENCE);
                registry.stop();
                CallTraffic.send(stage.servers(), topics, serdes, records.subList(100, records.size()), Duration.ZERO);
                sendBytes(topics, "call-0", new byte[] {1, 2, 3}); // a dead letter is known as well
                FaultStage.readAll(reader, expected);

                assertThat(reader.checksums()).isEqualTo(expected);
                FaultStage.printSilence("registry away, not needed", reader);
                FaultStage.checkHeap("registry away, not needed");
                assertThat(tagger.counters().deadLetters()).isEqualTo(1);
                assertThat(FaultStage.deaths(tagger)).isZero();
            }
        }
    }

    @Test
    void shouldWaitForARegistryThatItNeeds() throws Exception {
        Topics topics = stage.topics("needed-");
        CallTraffic traffic = new CallTraffic(4, 30, 32);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        List<AudioChunk> records = traffic.records();

        try (TestRegistry registry = new TestRegistry()) {
            AvroSerdes serdes = serdes(registry);
            // Gateway and readers know their schemas; the tagger has seen no chunk yet.
            serdes.prepareToWrite(List.of(topics.audioChunks()));
            try (TaggerApplication tagger = stage.tagger("needed-", TestTagging.encoder(), yaml(registry))) {
                assertThat(tagger.awaitRunning(FaultStage.PATIENCE)).isTrue();
                registry.stop();
                CallTraffic.send(stage.servers(), topics, serdes, records, Duration.ZERO);
                while (FaultStage.deaths(tagger) < ThreadDeaths.REPLACEMENTS + 2) {
                    Thread.sleep(200); // more deaths than would end it; the test's own time-out ends this
                }
                assertThat(FaultStage.get(tagger, "/health")).startsWith("200");
                registry.start();
                long start = System.nanoTime();

                try (TagReader reader = new TagReader(stage.servers(), topics, serdes)) {
                    reader.readUntil(1, FaultStage.PATIENCE);
                    FaultStage.print("registry back, until tags flow", start);
                    FaultStage.readAll(reader, expected);
                    assertThat(reader.checksums()).isEqualTo(expected);
                    FaultStage.checkHeap("registry away, needed");
                }
                assertThat(tagger.counters().deadLetters()).isZero();
            }
        }
    }

    private static String yaml(TestRegistry registry) {
        return FaultStage.FAST + "\nschema-registry: {url: '" + registry.url() + "'}\n";
    }

    private static AvroSerdes serdes(TestRegistry registry) {
        return AvroSerdes.of(Map.of("schema.registry.url", registry.url()));
    }

    private static void sendBytes(Topics topics, String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stage.servers()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.audioChunks().name(), key, value))
                    .get();
        }
    }
}

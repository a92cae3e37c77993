package io.undertone.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApicurioIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static ApicurioServer registry;

    private static AvroSerdes serdes;

    @BeforeAll
    static void start() throws Exception {
        registry = ApicurioServer.start();
        serdes = AvroSerdes.of(Map.of("schema.registry.url", registry.url()));
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    @Test
    void shouldAnswerTheCheck() {
        serdes.check();
    }

    @Test
    void shouldReadBackWhatItWroteAlsoInAnotherProcess() {
        Serde<AudioChunk> writing = serdes.serde(AudioChunk.class);
        Serde<AudioChunk> reading =
                AvroSerdes.of(Map.of("schema.registry.url", registry.url())).serde(AudioChunk.class);

        byte[] bytes = writing.serializer().serialize("audio-chunks", SingleObjectSerdeTest.chunk());

        assertThat(reading.deserializer().deserialize("audio-chunks", bytes)).isEqualTo(SingleObjectSerdeTest.chunk());
    }

    @Test
    void shouldWriteWhatAPlainClientReadsWithTheRegistrysSchemaAlone() throws Exception {
        byte[] bytes = serdes.serde(EmotionTag.class)
                .serializer()
                .serialize("plain-emotion-tags", SingleObjectSerdeTest.tag("fed up"));

        assertThat(bytes[0]).isZero();
        int id = ByteBuffer.wrap(bytes).getInt(1);
        Schema schema = new Schema.Parser()
                .parse(ask("GET", "/schemas/ids/" + id, "").path("schema").asText());
        GenericRecord record = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
        assertThat(record.get("callId")).hasToString("call-1");
        assertThat(record.get("endMs")).isEqualTo(4000L);
        assertThat(ask("GET", "/subjects/plain-emotion-tags-value/versions/1", "")
                        .path("id")
                        .asInt())
                .isEqualTo(id);
    }

    @Test
    void shouldKeepOneVersionHoweverManyProducersRegister() throws Exception {
        for (int producer = 0; producer < 3; producer++) {
            AvroSerdes.of(Map.of("schema.registry.url", registry.url()))
                    .serde(EmotionTag.class)
                    .serializer()
                    .serialize("many-emotion-tags", SingleObjectSerdeTest.tag("calm"));
        }

        assertThat(ask("GET", "/subjects/many-emotion-tags-value/versions", "")).hasSize(1);
    }

    @Test
    void shouldTakeTheSchemasOfAllTopics() throws Exception {
        RegistryClient client = RegistryClient.open(RegistryConfig.parse(Map.of("schema.registry.url", registry.url()))
                .orElseThrow());

        for (TopicSpec<?> topic : Topics.defaults().withPrefix("all-").all()) {
            int id = client.register(topic.name() + "-value", topic.valueSchema());

            assertThat(client.lookUp(topic.name() + "-value", topic.valueSchema()))
                    .isEqualTo(id);
            assertThat(client.schema(id))
                    .hasValueSatisfying(schema -> assertThat(schema.getFullName())
                            .isEqualTo(topic.valueSchema().getFullName()));
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheSchemaIsRefusedAsIncompatible() throws Exception {
        serdes.serde(EmotionTag.class).serializer().serialize("strict", SingleObjectSerdeTest.tag("calm"));
        ask("PUT", "/config/strict-value", "{\"compatibility\":\"BACKWARD\"}");

        assertThatThrownBy(() ->
                        serdes.serde(AudioChunk.class).serializer().serialize("strict", SingleObjectSerdeTest.chunk()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("the schema of AudioChunk is not compatible with the versions of subject"
                        + " strict-value in schema registry " + registry.url());
    }

    @Test
    void shouldRefuseToWriteWhenTheSchemaIsNotThereAndMayNotBeRegistered() {
        AvroSerdes careful =
                AvroSerdes.of(Map.of("schema.registry.url", registry.url(), "auto.register.schemas", "false"));

        assertThatThrownBy(() ->
                        careful.serde(AudioChunk.class).serializer().serialize("absent", SingleObjectSerdeTest.chunk()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("subject absent-value")
                .hasMessageContaining("lacks the schema of AudioChunk");
    }

    @Test
    void shouldHoldARecordWithAnIdThatNobodyGaveForUnreadable() {
        assertThatThrownBy(() -> serdes.deserializer(AudioChunk.class)
                        .deserialize("audio-chunks", new byte[] {0, 0x7F, 0, 0, 0, 1}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("names schema id 2130706432");
    }

    private static JsonNode ask(String method, String path, String body) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + path))
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JSON.readTree(response.body());
        }
    }
}

package io.undertone.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrySerdeTest {

    private static final String TOPIC = "audio-chunks";
    private static final String UNKNOWN_ID = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

    private FakeRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void shouldWriteAZeroAndTheIdBeforeTheRecord() {
        registry.answering(200, "{\"id\":258}");

        byte[] bytes = serde().serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());

        assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 1, 2);
        byte[] alone = AvroSerdes.of(Map.of())
                .serde(AudioChunk.class)
                .serializer()
                .serialize(TOPIC, SingleObjectSerdeTest.chunk());
        assertThat(Arrays.copyOfRange(bytes, 5, bytes.length)).isEqualTo(Arrays.copyOfRange(alone, 10, alone.length));
    }

    @Test
    void shouldRegisterThePortableSchemaUnderTheTopicOnce() throws IOException {
        registry.answering(200, "{\"id\":1}");
        Serde<AudioChunk> serde = serde();

        serde.serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());
        serde.serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());

        assertThat(registry.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.request()).isEqualTo("POST /api/subjects/audio-chunks-value/versions");
            assertThat(asked.authorization()).isEmpty();
            assertThat(asked.body()).doesNotContain("avro.java.string");
        });
        String schema = new ObjectMapper()
                .readTree(registry.asked().getFirst().body())
                .path("schema")
                .asText();
        assertThat(new Schema.Parser().parse(schema).getField("callId").doc()).startsWith("Id of the call");
    }

    @Test
    void shouldOnlyLookUpTheSchemaWhenItMayNotRegister() {
        registry.answering(200, "{\"id\":9}").answering(404, "{\"error_code\":40401,\"message\":\"no subject\"}");
        Serde<AudioChunk> serde = serde(Map.of("auto.register.schemas", "false"));

        serde.serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());

        assertThat(registry.asked().getFirst().request()).isEqualTo("POST /api/subjects/audio-chunks-value");
        assertThatThrownBy(() -> serde.serializer().serialize("eu-audio-chunks", SingleObjectSerdeTest.chunk()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("subject eu-audio-chunks-value in schema registry " + registry.url())
                .hasMessageContaining("lacks the schema of AudioChunk: register it, or set auto.register.schemas");
    }

    @Test
    void shouldAskForTheWritersSchemaOnce() throws IOException {
        registry.answering(200, "{\"id\":1}").answering(200, schemaAnswer(AudioChunk.getClassSchema()));
        Serde<AudioChunk> serde = serde();
        byte[] bytes = serde.serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());

        assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(SingleObjectSerdeTest.chunk());
        assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(SingleObjectSerdeTest.chunk());

        assertThat(registry.asked())
                .extracting(FakeRegistry.Asked::request)
                .containsExactly("POST /api/subjects/audio-chunks-value/versions", "GET /api/schemas/ids/1");
    }

    @Test
    void shouldReadACodecThatIsNewerThanTheReaderAsUnknown() throws IOException {
        String newer = PortableSchema.json(AudioChunk.getClassSchema()).replace("\"OPUS\"", "\"OPUS\", \"FLAC\"");
        registry.answering(200, "{\"id\":1}").answering(200, schemaAnswer(new Schema.Parser().parse(newer)));
        Serde<AudioChunk> serde = serde();
        byte[] bytes = serde.serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());
        // callId and channel have 7 and 9 bytes, role 1: the codec's symbol is the next one. FLAC is symbol 4, zigzag
        // 8.
        bytes[5 + 7 + 9 + 1] = 8;

        assertThat(serde.deserializer().deserialize(TOPIC, bytes).getCodec())
                .isEqualTo(io.undertone.schemas.AudioCodec.UNKNOWN);
    }

    @Test
    void shouldHoldARecordWithAnIdThatNobodyGaveForUnreadable() {
        registry.answering(404, UNKNOWN_ID);

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 5, 1, 2}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("record on audio-chunks names schema id 5, which schema registry " + registry.url()
                        + " does not have");
    }

    @Test
    void shouldNotBlameTheRecordWhenTheAddressIsNoRegistry() {
        registry.answering(404, "<html>nothing here</html>");

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 5, 1, 2}))
                .isInstanceOf(RegistryException.class)
                .hasMessage("schema registry " + registry.url()
                        + ", GET /schemas/ids/5: HTTP 404. It said: <html>nothing here</html>");
    }

    @Test
    void shouldHoldARecordForUnreadableWhoseSchemaIsOfAnotherKind() {
        registry.answering(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}");

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 5, 1, 2}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("GET /schemas/ids/5: must be an Avro schema without references: PROTOBUF");
    }

    @Test
    void shouldHoldARecordForUnreadableWhoseSchemaIsNone() {
        registry.answering(200, "{\"schema\":\"{\\\"type\\\":\\\"chunk\\\"}\"}");

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 5, 1, 2}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("is no Avro schema");
    }

    @Test
    void shouldNotAskForAnIdThatNoRegistryGives() {
        registry.answering(500, "");

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, -1, 0, 0, 5, 1, 2}))
                .isInstanceOf(UnreadableRecordException.class);
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void shouldWriteWithoutTheRegistryWhatItWasPreparedFor() {
        registry.answering(200, "{\"id\":7}").answering(503, "");
        AvroSerdes serdes = AvroSerdes.of(Map.of(RegistryConfig.URL, registry.url()));

        serdes.prepareToWrite(List.of(Topics.defaults().audioChunks()));

        byte[] bytes = serdes.serde(AudioChunk.class).serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk());
        assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 7);
        assertThat(registry.asked()).hasSize(1);
    }

    @Test
    void shouldRefuseForeignBytesWithoutAskingTheRegistry() {
        registry.answering(404, UNKNOWN_ID);

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {(byte) 0xC3, 1, 0, 0, 0}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("written without schema.registry.url");
        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[4]))
                .isInstanceOf(UnreadableRecordException.class);
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void shouldHoldARecordOfAnotherTypeForUnreadable() throws IOException {
        registry.answering(200, schemaAnswer(EmotionTag.getClassSchema()));

        assertThatThrownBy(() -> serde().deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1, 2, 3}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("is no AudioChunk")
                .hasMessageContaining("EmotionTag");
    }

    @Test
    void shouldSayWhatToDoAboutAnIncompatibleSchema() {
        registry.answering(409, "{\"error_code\":409,\"message\":\"reader lacks a default\"}");

        assertThatThrownBy(() -> serde().serializer().serialize(TOPIC, SingleObjectSerdeTest.chunk()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("AudioChunk is not compatible with the versions of subject audio-chunks-value")
                .hasMessageContaining(registry.url())
                .hasMessageContaining("give new fields a default")
                .hasMessageContaining("reader lacks a default");
    }

    @Test
    void shouldTryAgainWithLongerPausesWhenTheRegistryIsBusy() {
        registry.answering(503, "").answering(429, "").answering(200, "{\"id\":1}");
        List<Duration> pauses = new ArrayList<>();
        RegistryConfig config =
                RegistryConfig.parse(Map.of(RegistryConfig.URL, registry.url())).orElseThrow();

        int id = new RegistryClient(config, HttpClient.newHttpClient(), pauses::add)
                .register("s", AudioChunk.getClassSchema());

        assertThat(id).isEqualTo(1);
        assertThat(pauses).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void shouldSayAddressRequestAndAttemptsWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;
        AvroSerdes serdes = AvroSerdes.of(Map.of(RegistryConfig.URL, url, RegistryConfig.ATTEMPTS, 2));

        assertThatThrownBy(serdes::check)
                .isInstanceOf(RegistryException.class)
                .hasMessageStartingWith(
                        "schema registry " + url + " did not answer GET /subjects in 2 attempts of at most 5000 ms: ")
                .hasMessageContaining("ConnectException");
    }

    @Test
    void shouldGiveUpWhenTheRegistryAcceptsButNeverAnswers() {
        registry.neverAnswering();
        AvroSerdes serdes = AvroSerdes.of(Map.of(
                RegistryConfig.URL, registry.url(), RegistryConfig.TIMEOUT, "150", RegistryConfig.ATTEMPTS, "1"));

        assertThatThrownBy(serdes::check)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("in 1 attempts of at most 150 ms: java.net.http.HttpTimeoutException");
    }

    @Test
    void shouldSendBasicCredentialsAndNeverShowThem() {
        registry.answering(401, "no");
        AvroSerdes serdes =
                AvroSerdes.of(Map.of(RegistryConfig.URL, registry.url(), RegistryConfig.USER_INFO, "ada:s3cret"));

        assertThatThrownBy(serdes::check)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("credentials that it accepts are needed: basic.auth.user.info or bearer")
                .hasMessageNotContaining("s3cret");
        assertThat(registry.asked().getFirst().authorization()).contains("Basic YWRhOnMzY3JldA==");
        assertThat(serdes).hasToString("Confluent wire format with schema registry " + registry.url());
    }

    @Test
    void shouldSendABearerToken() {
        registry.answering(200, "[]");

        AvroSerdes.of(Map.of(RegistryConfig.URL, registry.url() + "/", RegistryConfig.TOKEN, "t0ken"))
                .check();

        assertThat(registry.asked())
                .containsExactly(new FakeRegistry.Asked("GET /api/subjects", "", Optional.of("Bearer t0ken")));
    }

    @Test
    void shouldNoticeAServerThatIsNoRegistry() {
        registry.answering(200, "{}");

        assertThatThrownBy(() -> AvroSerdes.of(Map.of(RegistryConfig.URL, registry.url()))
                        .check())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("does not speak Confluent's API");
    }

    private Serde<AudioChunk> serde() {
        return serde(Map.of());
    }

    private Serde<AudioChunk> serde(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put(RegistryConfig.URL, registry.url());
        return AvroSerdes.of(config).serde(AudioChunk.class);
    }

    private static String schemaAnswer(Schema schema) {
        return new ObjectMapper()
                .createObjectNode()
                .put("schema", PortableSchema.json(schema))
                .toString();
    }
}

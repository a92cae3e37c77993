package io.undertone.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import io.undertone.schemas.Role;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SingleObjectSerdeTest {

    private static final String TOPIC = "audio-chunks";
    private static final int HEADER_BYTES = 10;

    private final AvroSerdes serdes = AvroSerdes.of(Map.of("bootstrap.servers", "somewhere:9092"));
    private final Serde<AudioChunk> chunks = serdes.serde(Topics.defaults().audioChunks());

    @Test
    void shouldReadBackWhatItWrote() {
        AudioChunk chunk = chunk();

        assertThat(read(write(chunk))).isEqualTo(chunk);
    }

    @Test
    void shouldReadItsOwnBytesTheSameWayAgain() {
        AudioChunk chunk = chunk();

        assertThat(write(chunk)).isEqualTo(write(chunk));
    }

    @Test
    void shouldExchangeRecordsWithAvrosOwnMessageClasses() throws IOException {
        SpecificData model = SpecificData.getForClass(AudioChunk.class);
        var encoder = new BinaryMessageEncoder<AudioChunk>(model, AudioChunk.getClassSchema());
        var decoder = new BinaryMessageDecoder<AudioChunk>(model, AudioChunk.getClassSchema());
        AudioChunk chunk = chunk();

        ByteBuffer theirs = encoder.encode(chunk);

        assertThat(ByteBuffer.wrap(write(chunk))).isEqualTo(theirs);
        assertThat(decoder.decode(write(chunk))).isEqualTo(chunk);
    }

    @Test
    void shouldTakeNullForATombstone() {
        assertThat(chunks.serializer().serialize(TOPIC, null)).isNull();
        assertThat(read(null)).isNull();
    }

    @Test
    void shouldKeepUnicodeAndMilliseconds() {
        EmotionTag tag = tag("k\u00fchl \u2026 \ud83d\ude00");
        var serde = serdes.serde(EmotionTag.class);

        EmotionTag back = serde.deserializer()
                .deserialize("emotion-tags", serde.serializer().serialize("", tag));

        assertThat(back).isEqualTo(tag);
        assertThat(back.getCapturedAt()).isEqualTo(Instant.parse("2026-11-23T09:30:15.250Z"));
    }

    @Test
    void shouldRefuseARecordThatIsTooShort() {
        assertUnreadable(new byte[0], "must have at least 10 bytes to be AudioChunk: 0");
        assertUnreadable(new byte[9], "must have at least 10 bytes to be AudioChunk: 9");
    }

    @Test
    void shouldRefuseForeignBytesAndSayWhatTheyLookLike() {
        assertUnreadable("not avro at all".getBytes(UTF_8), "must begin with the bytes c301 of Avro's single-object");
        assertUnreadable(new byte[20], "00 is the Confluent wire format, which needs schema.registry.url");
    }

    @Test
    void shouldRefuseASchemaThatNoReleaseHas() {
        byte[] bytes = write(chunk());
        bytes[2] ^= 1;

        assertUnreadable(bytes, "that no release of AudioChunk up to v" + ReleasedSchemas.LATEST + " has: fingerprint");
    }

    @Test
    void shouldRefuseARecordOfAnotherTopic() {
        byte[] tag = serdes.serde(EmotionTag.class).serializer().serialize("emotion-tags", tag("calm"));

        assertUnreadable(tag, "that no release of AudioChunk up to v" + ReleasedSchemas.LATEST + " has");
    }

    @Test
    void shouldRefuseARecordThatIsCutAtAnyPlace() {
        byte[] bytes = write(chunk());

        for (int length = 0; length < bytes.length; length++) {
            assertUnreadable(Arrays.copyOf(bytes, length), TOPIC);
        }
    }

    @Test
    void shouldRefuseARecordThatGoesOnAfterItsEnd() {
        byte[] bytes = write(chunk());

        assertUnreadable(Arrays.copyOf(bytes, bytes.length + 1), "goes on after its AudioChunk ends");
    }

    @Test
    void shouldRefuseAHugeLengthBeforeItAllocatesThatMuch() {
        byte[] header = Arrays.copyOf(write(chunk()), HEADER_BYTES);
        // A first string of 2,147,483,639 bytes: the zigzag varint of Integer.MAX_VALUE - 8.
        byte[] bytes = Arrays.copyOf(header, HEADER_BYTES + 6);
        System.arraycopy(new byte[] {(byte) 0xEE, -1, -1, -1, 0x0F}, 0, bytes, HEADER_BYTES, 5);

        assertUnreadable(bytes, "bytes are available");
    }

    @Test
    void shouldAnswerAnyDamageWithARecordOrWithUnreadable() {
        long seed = 20_261_123L;
        Random random = new Random(seed);
        byte[] bytes = write(chunk());
        for (int run = 0; run < 20_000; run++) {
            byte[] damaged = bytes.clone();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(read(damaged)).isNotNull();
            } catch (UnreadableRecordException e) {
                assertThat(e).hasMessageContaining(TOPIC);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", run " + run + ": " + Arrays.toString(damaged), e);
            }
        }
    }

    @Test
    void shouldNameTheRecordThatLacksAField() {
        AudioChunk chunk = chunk();
        chunk.put("callId", null);

        assertThatThrownBy(() -> write(chunk))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("cannot write AudioChunk for audio-chunks")
                .hasMessageContaining("callId");
    }

    private void assertUnreadable(byte[] bytes, String message) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining(message);
    }

    private byte[] write(AudioChunk chunk) {
        return chunks.serializer().serialize(TOPIC, chunk);
    }

    private @Nullable AudioChunk read(byte @Nullable [] bytes) {
        return chunks.deserializer().deserialize(TOPIC, bytes);
    }

    static AudioChunk chunk() {
        byte[] payload = new byte[320];
        new Random(7).nextBytes(payload);
        return AudioChunk.newBuilder()
                .setCallId("call-1")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setCodec(AudioCodec.PCM_ALAW)
                .setSampleRateHz(8000)
                .setSequence(3)
                .setFirstSample(960)
                .setCapturedAt(Instant.parse("2026-11-23T09:30:15.250Z"))
                .setPayload(ByteBuffer.wrap(payload))
                .build();
    }

    static EmotionTag tag(String prompt) {
        return EmotionTag.newBuilder()
                .setCallId("call-1")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setWindowIndex(1)
                .setStartMs(1000)
                .setEndMs(4000)
                .setRanking(List.of(new RankedPrompt("p", prompt, 0.5, 0.25, 1.0)))
                .setSpeechRatio(1)
                .setCoverage(1)
                .setClipping(0)
                .setModel(new ModelVersion("tiny", "1"))
                .setPromptBank(new PromptBankVersion("default", "1"))
                .setCapturedAt(Instant.parse("2026-11-23T09:30:15.250Z"))
                .build();
    }
}

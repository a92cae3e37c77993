package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Role;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// Records that nobody should send, of every kind, made from a seed. Most pretend to belong to a call that goes on.
final class MalformedRecords {

    /// What is wrong, and where it is sent to.
    enum Kind {
        RANDOM_BYTES("audio-chunks", true),
        TOMBSTONE("audio-chunks", true),
        TRUNCATED("audio-chunks", true),
        TRAILING_BYTES("audio-chunks", true),
        OTHER_RECORD("audio-chunks", true),
        OTHER_SCHEMA("audio-chunks", true),
        OTHER_FORMAT("audio-chunks", true),
        OTHER_KEY("audio-chunks", true),
        HUGE_KEY("audio-chunks", true),
        ABSURD_NAME("audio-chunks", true),
        ABSURD_PLACE("audio-chunks", true),
        ABSURD_FORMAT("audio-chunks", true),
        ABSURD_PAYLOAD("audio-chunks", true),
        BROKEN_OPUS("audio-chunks", true),
        /// Of calls of their own: what comes out may be sound.
        FLIPPED_BITS("audio-chunks", false),
        NOISE_AS_OPUS("audio-chunks", false),
        ABSURD_CLOCK("audio-chunks", false),

        RANDOM_EVENT("call-events", true),
        EVENT_TOMBSTONE("call-events", true),
        TRUNCATED_EVENT("call-events", true),
        EVENT_WITH_OTHER_KEY("call-events", true),
        EVENT_WITH_ABSURD_NAME("call-events", true),

        RANDOM_BANK("prompt-banks", true),
        ABSURD_BANK("prompt-banks", true);

        private final String topic;
        private final boolean certain;

        Kind(String topic, boolean certain) {
            this.topic = topic;
            this.certain = certain;
        }

        String topic() {
            return topic;
        }

        /// Whether it can only be refused.
        boolean isCertain() {
            return certain;
        }
    }

    /// What is sent. The array is not copied.
    static final class Malformed {

        private final Kind kind;
        private final @Nullable String key;
        private final byte @Nullable [] value;

        Malformed(Kind kind, @Nullable String key, byte @Nullable [] value) {
            this.kind = kind;
            this.key = key;
            this.value = value;
        }

        Kind kind() {
            return kind;
        }

        @Nullable
        String key() {
            return key;
        }

        byte @Nullable [] value() {
            return value;
        }
    }

    private static final long[] ABSURD = {
        Long.MIN_VALUE, Integer.MIN_VALUE, -1, Integer.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    private final Random random;
    private int calls;

    MalformedRecords(Random random) {
        this.random = random;
    }

    /// @param next the chunk of a call that would come next
    Malformed next(AudioChunk next) {
        return next(Kind.values()[random.nextInt(Kind.values().length)], next);
    }

    Malformed next(Kind kind, AudioChunk next) {
        String call = next.getCallId();
        return switch (kind) {
            case RANDOM_BYTES -> new Malformed(kind, call, bytes(random.nextInt(2000)));
            case TOMBSTONE, EVENT_TOMBSTONE -> new Malformed(kind, random.nextBoolean() ? call : null, null);
            case TRUNCATED -> new Malformed(kind, call, cut(value(next)));
            case TRAILING_BYTES -> new Malformed(kind, call, joined(value(next), bytes(1 + random.nextInt(50))));
            case OTHER_RECORD -> new Malformed(kind, call, value(random.nextBoolean() ? event(call) : bank("bank")));
            case OTHER_SCHEMA -> new Malformed(kind, call, withHeader(value(next), 2, 8));
            case OTHER_FORMAT -> new Malformed(kind, call, joined(new byte[] {0, 0, 0, 0, 7}, rest(value(next))));
            case OTHER_KEY -> new Malformed(kind, otherKey("", call + " ", call.toUpperCase(Locale.ROOT)), value(next));
            case HUGE_KEY -> new Malformed(kind, "k".repeat(1_000_000), bytes(20));
            case ABSURD_NAME -> named(kind, next);
            case ABSURD_PLACE -> new Malformed(kind, call, value(misplaced(next)));
            case ABSURD_FORMAT -> new Malformed(kind, call, value(ofOtherFormat(next)));
            case ABSURD_PAYLOAD -> new Malformed(kind, call, value(ofOtherPayload(next)));
            case BROKEN_OPUS -> ofOwnCall(kind, opus(next, brokenOpus()));
            case FLIPPED_BITS -> flipped(next);
            case NOISE_AS_OPUS -> ofOwnCall(kind, opus(next, soundOpus()));
            case ABSURD_CLOCK -> ofOwnCall(kind, withClock(next));
            case RANDOM_EVENT -> new Malformed(kind, call, bytes(random.nextInt(200)));
            case TRUNCATED_EVENT -> new Malformed(kind, call, cut(value(event(call))));
            case EVENT_WITH_OTHER_KEY -> new Malformed(kind, otherKey("", call + "x"), value(event(call)));
            case EVENT_WITH_ABSURD_NAME -> new Malformed(kind, call, value(absurdEvent(call)));
            case RANDOM_BANK -> new Malformed(kind, TopologyHarness.BANK, bytes(random.nextInt(2000)));
            case ABSURD_BANK -> new Malformed(kind, TopologyHarness.BANK, value(absurdBank()));
        };
    }

    // ---- chunks

    private Malformed named(Kind kind, AudioChunk next) {
        String name = pick(" ", "\t\n", "x".repeat(257), "é".repeat(200), "n".repeat(200_000));
        if (random.nextBoolean()) {
            return new Malformed(
                    kind,
                    name,
                    value(AudioChunk.newBuilder(next).setCallId(name).build()));
        }
        return new Malformed(
                kind,
                next.getCallId(),
                value(AudioChunk.newBuilder(next).setChannel(name).build()));
    }

    private AudioChunk misplaced(AudioChunk next) {
        AudioChunk.Builder chunk = AudioChunk.newBuilder(next);
        long samples = next.getPayload().remaining() / 2;
        return switch (random.nextInt(5)) {
            case 0 -> chunk.setSequence(ABSURD[random.nextInt(ABSURD.length)]).build();
            case 1 ->
                chunk.setSequence(next.getSequence() + 1)
                        .setFirstSample(pickAbsurdPlace())
                        .build();
            case 2 ->
                chunk.setSequence(next.getSequence() + 10_001 + random.nextInt(1000))
                        .setFirstSample(next.getFirstSample() + 20_000 * samples)
                        .build();
            case 3 -> chunk.setFirstSample(next.getFirstSample() - 1).build();
            default ->
                chunk.setSequence(next.getSequence() + 5)
                        .setFirstSample(next.getFirstSample() + 3)
                        .build();
        };
    }

    /// Not where audio could be: the sample after two billion could.
    private long pickAbsurdPlace() {
        long place = ABSURD[random.nextInt(ABSURD.length)];
        return place == Integer.MAX_VALUE ? -2 : place;
    }

    private AudioChunk ofOtherFormat(AudioChunk next) {
        AudioChunk.Builder chunk = AudioChunk.newBuilder(next);
        return switch (random.nextInt(4)) {
            case 0 ->
                chunk.setSampleRateHz(pick(0, -1, 1, 7_999, 15_999, Integer.MAX_VALUE, Integer.MIN_VALUE))
                        .build();
            case 1 ->
                chunk.setCodec(pick(AudioCodec.UNKNOWN, AudioCodec.PCM_ALAW, AudioCodec.PCM_MULAW))
                        .build();
            case 2 -> chunk.setSampleRateHz(pick(8_000, 48_000)).build();
            default -> chunk.setRole(pick(Role.AGENT, Role.UNKNOWN, Role.MIXED)).build();
        };
    }

    private AudioChunk ofOtherPayload(AudioChunk next) {
        byte[] payload = switch (random.nextInt(3)) {
            case 0 -> new byte[0];
            case 1 -> bytes(1 + 2 * random.nextInt(4000));
            default -> new byte[(1 << 20) + 2];
        };
        return AudioChunk.newBuilder(next)
                .setPayload(ByteBuffer.wrap(payload))
                .setEndOfStream(false)
                .build();
    }

    private AudioChunk opus(AudioChunk next, byte[] payload) {
        return AudioChunk.newBuilder(next)
                .setCodec(AudioCodec.OPUS)
                .setPayload(ByteBuffer.wrap(payload))
                .build();
    }

    private byte[] brokenOpus() {
        return switch (random.nextInt(4)) {
            case 0 -> new byte[] {0};
            case 1 -> new byte[] {0, 0, 1, 2, 3};
            case 2 -> joined(new byte[] {2, 0}, bytes(random.nextInt(500))); // 512 bytes are promised
            default -> new byte[] {0, 2, 3, 63}; // one packet of 63 frames: more than 120 ms
        };
    }

    /// Three seconds of packets of one frame whose bytes are noise.
    private byte[] soundOpus() {
        byte[] payload = new byte[0];
        for (int packet = 0; packet < 150; packet++) {
            byte[] bytes = bytes(20 + random.nextInt(60));
            bytes[0] = (byte) (pick(1, 3, 9, 11, 12, 15, 19, 27) << 3); // configurations of 20 ms frames and longer
            payload = joined(payload, joined(new byte[] {0, (byte) bytes.length}, bytes));
        }
        return payload;
    }

    private AudioChunk withClock(AudioChunk next) {
        long millis = random.nextBoolean() ? random.nextLong() : ABSURD[random.nextInt(ABSURD.length)];
        return AudioChunk.newBuilder(next)
                .setCapturedAt(Instant.ofEpochMilli(millis))
                .build();
    }

    /// The key stays what the record says if that can still be read.
    private Malformed flipped(AudioChunk next) {
        AudioChunk chunk = ownCall(next);
        byte[] value = value(chunk);
        for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
            value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return new Malformed(Kind.FLIPPED_BITS, chunk.getCallId(), value);
    }

    private Malformed ofOwnCall(Kind kind, AudioChunk chunk) {
        AudioChunk own = ownCall(chunk);
        return new Malformed(kind, own.getCallId(), value(own));
    }

    private AudioChunk ownCall(AudioChunk chunk) {
        return AudioChunk.newBuilder(chunk).setCallId("odd-" + calls++).build();
    }

    // ---- events and banks

    private CallEvent event(String call) {
        CallEventType type = pick(CallEventType.WITHDRAWN, CallEventType.PAUSED, CallEventType.ERASED);
        return new CallEvent(call, type, Instant.ofEpochMilli(random.nextLong()), null, null);
    }

    private CallEvent absurdEvent(String call) {
        CallEvent.Builder event = CallEvent.newBuilder(event(call));
        return switch (random.nextInt(3)) {
            case 0 -> event.setChannel(pick("", " ", "c".repeat(900_000))).build();
            case 1 ->
                event.setType(CallEventType.NOTICE_GIVEN)
                        .setNoticeTextId("n".repeat(900_000))
                        .build();
            default ->
                event.setType(CallEventType.NOTICE_GIVEN)
                        .setChannel("c".repeat(300))
                        .setNoticeTextId("n".repeat(300))
                        .build();
        };
    }

    private static PromptBankRecord bank(String id, BankPrompt... prompts) {
        return new PromptBankRecord(id, "1", List.of(prompts), Instant.EPOCH, null);
    }

    private PromptBankRecord absurdBank() {
        String own = TopologyHarness.BANK;
        BankPrompt sound = new BankPrompt("calm", "a calm customer");
        return switch (random.nextInt(6)) {
            case 0 -> bank(own);
            case 1 -> bank("another", sound);
            case 2 -> bank(own, sound, sound);
            case 3 -> bank(own, sound, new BankPrompt("", pick(" ", "text")));
            case 4 ->
                bank(
                        own,
                        sound,
                        new BankPrompt("i".repeat(600_000), "text"),
                        new BankPrompt("long", "w ".repeat(9_000)));
            default ->
                bank(
                        own,
                        IntStream.range(0, PromptSet.MAX_PROMPTS + 1)
                                .mapToObj(i -> new BankPrompt("p" + i, "text"))
                                .toArray(BankPrompt[]::new));
        };
    }

    // ---- bytes

    private static <T extends SpecificRecord> byte[] value(T record) {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) record.getClass();
        return TopologyHarness.SERDES.serde(type).serializer().serialize("any", record);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] cut(byte[] whole) {
        return Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private static byte[] rest(byte[] value) {
        return Arrays.copyOfRange(value, 10, value.length);
    }

    private byte[] withHeader(byte[] value, int from, int length) {
        System.arraycopy(bytes(length), 0, value, from, length);
        return value;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private @Nullable String otherKey(String... choices) {
        return random.nextInt(4) == 0 ? null : pick(choices);
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// Of each kind at least one, and then whatever comes.
    List<Kind> kinds(int count) {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        while (kinds.size() < count) {
            kinds.add(Kind.values()[random.nextInt(Kind.values().length)]);
        }
        Collections.shuffle(kinds, random);
        return kinds;
    }
}

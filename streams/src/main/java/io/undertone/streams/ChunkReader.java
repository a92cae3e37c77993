package io.undertone.streams;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadDecoder;
import io.undertone.audio.SampleCount;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.serde.UnreadableRecordException;
import io.undertone.window.BadChunk;
import io.undertone.window.BadChunk.Reason;
import io.undertone.window.Chunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Records of the audio topic in, chunks or the reason against them out. Stateless beside the deserializer.
final class ChunkReader {

    /// Chunk or reason: what a payload turns out to be.
    sealed interface Checked {

        record Good(Chunk chunk) implements Checked {}

        record Bad(BadChunk why) implements Checked {}
    }

    private final Deserializer<AudioChunk> deserializer;
    private final String topic;
    private final int maxPayloadBytes;

    ChunkReader(Deserializer<AudioChunk> deserializer, String topic, int maxPayloadBytes) {
        this.deserializer = deserializer;
        this.topic = topic;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /// Reads everything but the payload.
    Incoming read(@Nullable String key, byte @Nullable [] value) {
        if (value == null) {
            return unreadable("the record must have a value: null", key, new byte[0]);
        }
        AudioChunk chunk;
        try {
            chunk = deserializer.deserialize(topic, value);
        } catch (UnreadableRecordException e) {
            return unreadable("the value must be an AudioChunk: " + e.getMessage(), key, value);
        }
        return named(key, chunk);
    }

    private Incoming named(@Nullable String key, AudioChunk chunk) {
        if (!chunk.getCallId().equals(key)) {
            return new Incoming.Unusable(
                    new BadChunk(
                            Reason.KEY_MISMATCH,
                            "the key must be the call id '" + brief(chunk.getCallId()) + "': "
                                    + (key == null ? "null" : "'" + brief(key) + "'")),
                    origin(chunk));
        }
        Optional<String> wrongName =
                wrongName("callId", chunk.getCallId()).or(() -> wrongName("channel", chunk.getChannel()));
        if (wrongName.isPresent()) {
            return new Incoming.Unusable(new BadChunk(Reason.UNREADABLE, wrongName.get()), origin(chunk));
        }
        return new Incoming.Addressed(new ChannelId(chunk.getCallId(), chunk.getChannel()), chunk);
    }

    static Incoming.Origin origin(AudioChunk chunk) {
        return Incoming.Origin.of(
                chunk.getCallId(), chunk.getChannel(), chunk.getSequence(), payload(chunk.getPayload()));
    }

    /// Looks at the payload without decoding it.
    Checked check(AudioChunk chunk) {
        Optional<Codec> codec = codec(chunk.getCodec());
        if (codec.isEmpty()) {
            return bad(Reason.UNKNOWN_CODEC, "codec must be one of PCM_S16LE, PCM_MULAW, PCM_ALAW, OPUS: UNKNOWN");
        }
        AudioFormat format;
        try {
            format = new AudioFormat(codec.get(), chunk.getSampleRateHz());
        } catch (IllegalArgumentException e) {
            return bad(Reason.IMPOSSIBLE_SAMPLE_RATE, Objects.requireNonNullElse(e.getMessage(), "not a rate"));
        }
        int bytes = chunk.getPayload().remaining();
        if (bytes > maxPayloadBytes) {
            return bad(Reason.OVERSIZED_PAYLOAD, "payload must be at most " + maxPayloadBytes + " bytes: " + bytes);
        }
        if (bytes == 0 && !chunk.getEndOfStream()) {
            return bad(Reason.EMPTY_PAYLOAD, "payload must not be empty unless endOfStream is set");
        }
        return counted(chunk, format);
    }

    private static Checked counted(AudioChunk chunk, AudioFormat format) {
        byte[] payload = payload(chunk.getPayload());
        return switch (PayloadDecoder.countSamples(format, payload)) {
            case SampleCount.Undecodable(String why) -> bad(Reason.UNDECODABLE_PAYLOAD, why);
            case SampleCount.Counted(int samples) ->
                new Checked.Good(Chunk.of(
                        chunk.getSequence(), chunk.getFirstSample(), samples, format, payload, chunk.getEndOfStream()));
        };
    }

    private static Checked bad(Reason reason, String detail) {
        return new Checked.Bad(new BadChunk(reason, detail));
    }

    private static Incoming unreadable(String detail, @Nullable String key, byte[] value) {
        return new Incoming.Unusable(
                new BadChunk(Reason.UNREADABLE, detail),
                Incoming.Origin.of(key == null ? null : brief(key), null, null, value));
    }

    static Optional<String> wrongName(String field, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return name.isBlank() || bytes > ChannelId.MAX_NAME_BYTES
                ? Optional.of(field + " must be 1 to " + ChannelId.MAX_NAME_BYTES + " bytes and not blank: " + bytes
                        + " bytes")
                : Optional.empty();
    }

    /// A hostile name must not make a dead letter that is too large to be sent.
    static String brief(String name) {
        return name.length() <= ChannelId.MAX_NAME_BYTES ? name : name.substring(0, ChannelId.MAX_NAME_BYTES) + "…";
    }

    private static byte[] payload(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static Optional<Codec> codec(AudioCodec codec) {
        return switch (codec) {
            case PCM_S16LE -> Optional.of(Codec.PCM_S16LE);
            case PCM_MULAW -> Optional.of(Codec.PCM_MULAW);
            case PCM_ALAW -> Optional.of(Codec.PCM_ALAW);
            case OPUS -> Optional.of(Codec.OPUS);
            case UNKNOWN -> Optional.empty();
        };
    }
}

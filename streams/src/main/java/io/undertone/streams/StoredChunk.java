package io.undertone.streams;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.window.Chunk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A chunk as it lies in the chunk store and its changelog. A layout of our own: it is written for every chunk,
/// needs no schema registry when a task is restored, and carries the count of samples so that Opus is not
/// parsed twice.
///
/// @param capturedAtMillis wall clock of the chunk's last sample, as far as it can be believed
/// @param consented whether consent had been given when it was read
/// @param trace [Traces#HEADER] of the record that brought it; not stored, so null after a restart
record StoredChunk(
        Chunk chunk,
        long capturedAtMillis,
        boolean consented,
        @Nullable String trace) {

    private static final byte VERSION = 2;
    private static final byte WITHOUT_CONSENT = 1;
    private static final int END_OF_STREAM = 1;
    private static final int CONSENTED = 2;
    private static final int HEADER_BYTES = 3 + Integer.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;

    private static final Duration BELIEVABLE = Duration.ofHours(1);

    /// A wall clock of a gateway may be anything. It only dates tags, but a date that the broker refuses would stop the
    /// tagger, so one that is more than an hour away from the record's own date is not believed.
    ///
    /// @param recordMillis date of the record that brought the chunk
    static StoredChunk of(
            Chunk chunk, Instant capturedAt, long recordMillis, boolean consented, @Nullable String trace) {
        return new StoredChunk(chunk, believed(capturedAt, recordMillis).orElse(recordMillis), consented, trace);
    }

    /// @param recordMillis date of the record that brought the chunk
    /// @return milliseconds of `capturedAt`, empty if it is not believed
    static OptionalLong believed(Instant capturedAt, long recordMillis) {
        Duration distance =
                Duration.between(capturedAt, Instant.ofEpochMilli(recordMillis)).abs();
        return distance.compareTo(BELIEVABLE) <= 0 ? OptionalLong.of(capturedAt.toEpochMilli()) : OptionalLong.empty();
    }

    /// `[version][1 end of stream + 2 consented][codec][rate, 4][firstSample, 8][samples, 4][capturedAt, 8][payload]`,
    /// big-endian. The sequence stands in the key.
    byte[] toBytes() {
        return ByteBuffer.allocate(HEADER_BYTES + chunk.payload().length)
                .put(VERSION)
                .put((byte) ((chunk.endOfStream() ? END_OF_STREAM : 0) | (consented ? CONSENTED : 0)))
                .put(code(chunk.format().codec()))
                .putInt(chunk.format().sampleRateHz())
                .putLong(chunk.firstSample())
                .putInt(chunk.samples())
                .putLong(capturedAtMillis)
                .put(chunk.payload())
                .array();
    }

    /// @throws IllegalStateException if the bytes were written by a newer version
    static StoredChunk fromBytes(long sequence, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte version = buffer.get();
        if (version != VERSION && version != WITHOUT_CONSENT) {
            throw new IllegalStateException(
                    "stored chunk must be of version " + WITHOUT_CONSENT + " or " + VERSION + ": " + version);
        }
        byte flags = buffer.get();
        boolean endOfStream = (flags & END_OF_STREAM) != 0;
        boolean consented = (flags & CONSENTED) != 0; // nothing of version 1 was
        AudioFormat format = new AudioFormat(codec(buffer.get()), buffer.getInt());
        long firstSample = buffer.getLong();
        int samples = buffer.getInt();
        long capturedAtMillis = buffer.getLong();
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return new StoredChunk(
                Chunk.of(sequence, firstSample, samples, format, payload, endOfStream),
                capturedAtMillis,
                consented,
                null);
    }

    private static byte code(Codec codec) {
        return switch (codec) {
            case PCM_S16LE -> 0;
            case PCM_MULAW -> 1;
            case PCM_ALAW -> 2;
            case OPUS -> 3;
        };
    }

    private static Codec codec(byte code) {
        return switch (code) {
            case 0 -> Codec.PCM_S16LE;
            case 1 -> Codec.PCM_MULAW;
            case 2 -> Codec.PCM_ALAW;
            case 3 -> Codec.OPUS;
            default -> throw new IllegalStateException("stored chunk has an unknown codec: " + code);
        };
    }
}

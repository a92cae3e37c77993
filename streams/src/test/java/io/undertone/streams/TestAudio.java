package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.Role;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One channel's audio, made from a seed, and ways to cut it. 16-bit samples at 16 kHz unless said otherwise.
final class TestAudio {

    static final int RATE = 16_000;
    static final Instant CALL_START = Instant.parse("2026-01-05T10:00:00Z");

    private final String callId;
    private final String channel;
    private final Role role;
    private final short[] samples;

    private TestAudio(String callId, String channel, Role role, short[] samples) {
        this.callId = callId;
        this.channel = channel;
        this.role = role;
        this.samples = samples;
    }

    /// Noise whose loudness goes up and down like talk.
    static TestAudio talk(String callId, double seconds, long seed) {
        Random random = new Random(seed);
        short[] samples = new short[(int) Math.round(seconds * RATE)];
        for (int i = 0; i < samples.length; i++) {
            double loudness = 0.15 + 0.15 * Math.sin(2 * Math.PI * 3 * i / RATE);
            samples[i] = (short) (loudness * 32767 * random.nextDouble(-1, 1));
        }
        return new TestAudio(callId, "customer", Role.CUSTOMER, samples);
    }

    static TestAudio silence(String callId, double seconds) {
        return new TestAudio(callId, "customer", Role.CUSTOMER, new short[(int) Math.round(seconds * RATE)]);
    }

    TestAudio as(String otherChannel, Role otherRole) {
        return new TestAudio(callId, otherChannel, otherRole, samples);
    }

    String callId() {
        return callId;
    }

    short[] samples() {
        return samples;
    }

    /// Chunks of equal length, the last one ends the stream.
    List<AudioChunk> chunks(int chunkMillis) {
        List<Integer> cuts = new ArrayList<>();
        for (int at = chunkMillis * RATE / 1000; at < samples.length; at += chunkMillis * RATE / 1000) {
            cuts.add(at);
        }
        return cutAt(cuts);
    }

    /// @param cuts positions of samples, ascending, inside the audio
    List<AudioChunk> cutAt(List<Integer> cuts) {
        List<AudioChunk> chunks = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            chunks.add(chunk(chunks.size(), from, cut, false));
            from = cut;
        }
        chunks.add(chunk(chunks.size(), from, samples.length, true));
        return chunks;
    }

    AudioChunk chunk(long sequence, int from, int to, boolean endOfStream) {
        ByteBuffer payload = ByteBuffer.allocate(2 * (to - from)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < to; i++) {
            payload.putShort(samples[i]);
        }
        return AudioChunk.newBuilder()
                .setCallId(callId)
                .setChannel(channel)
                .setRole(role)
                .setCodec(AudioCodec.PCM_S16LE)
                .setSampleRateHz(RATE)
                .setSequence(sequence)
                .setFirstSample(from)
                .setCapturedAt(CALL_START.plusMillis(to * 1000L / RATE))
                .setPayload(payload.flip())
                .setEndOfStream(endOfStream)
                .build();
    }
}

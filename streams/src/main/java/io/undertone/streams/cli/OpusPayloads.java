package io.undertone.streams.cli;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Encodes samples as Opus payloads: packets of 20 ms, each preceded by its length as an unsigned 16-bit big-endian
/// number.
///
/// Threading: belongs to one thread; Opus remembers what came before.
final class OpusPayloads {

    private static final int BITS_PER_SECOND = 24_000;
    private static final int MAX_PACKET_BYTES = 1275;

    private final OpusEncoder encoder;
    private final int packetSamples;

    private OpusPayloads(OpusEncoder encoder, int packetSamples) {
        this.encoder = encoder;
        this.packetSamples = packetSamples;
    }

    static OpusPayloads at(int sampleRateHz) {
        try {
            OpusEncoder encoder = new OpusEncoder(sampleRateHz, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            encoder.setBitrate(BITS_PER_SECOND);
            return new OpusPayloads(encoder, sampleRateHz / 50);
        } catch (OpusException e) {
            throw new IllegalStateException("Opus refuses " + sampleRateHz + " Hz", e);
        }
    }

    /// @param samples in [-1, 1]; the last packet is padded with silence
    byte[] encode(float[] samples) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        byte[] packet = new byte[MAX_PACKET_BYTES];
        for (int start = 0; start < samples.length; start += packetSamples) {
            float[] slice = Arrays.copyOfRange(samples, start, start + packetSamples);
            int length = encode(slice, packet);
            payload.write(length >> 8);
            payload.write(length);
            payload.write(packet, 0, length);
        }
        return payload.toByteArray();
    }

    private int encode(float[] slice, byte[] packet) {
        short[] pcm = new short[packetSamples];
        for (int i = 0; i < packetSamples; i++) {
            pcm[i] = (short) Math.clamp(Math.round(slice[i] * 32_768f), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        try {
            return encoder.encode(pcm, 0, packetSamples, packet, 0, packet.length);
        } catch (OpusException e) {
            throw new IllegalStateException("Opus cannot encode " + packetSamples + " samples", e);
        }
    }
}

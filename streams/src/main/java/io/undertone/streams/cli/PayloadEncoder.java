package io.undertone.streams.cli;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.undertone.audio.AudioFormat;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Encodes samples as a gateway would.
///
/// Threading: an encoder belongs to one thread; Opus remembers what came before.
sealed interface PayloadEncoder {

    /// Gives the payload of a chunk with these samples. Opus packets are of 20 ms, the last one padded with silence.
    ///
    /// @param samples in [-1, 1], at the format's rate
    byte[] encode(float[] samples);

    static PayloadEncoder of(AudioFormat format) {
        return switch (format.codec()) {
            case PCM_S16LE -> new Linear();
            case PCM_MULAW -> new Mulaw();
            case PCM_ALAW -> new Alaw();
            case OPUS -> Opus.at(format.sampleRateHz());
        };
    }

    private static int toPcm16(float sample) {
        return Math.clamp(Math.round(sample * 32_768f), -32_768, 32_767);
    }

    /// 16-bit samples, little-endian.
    final class Linear implements PayloadEncoder {

        @Override
        public byte[] encode(float[] samples) {
            byte[] payload = new byte[samples.length * 2];
            for (int i = 0; i < samples.length; i++) {
                int value = toPcm16(samples[i]);
                payload[2 * i] = (byte) value;
                payload[2 * i + 1] = (byte) (value >> 8);
            }
            return payload;
        }
    }

    /// ITU-T G.711 mu-law: sign, segment and step of the magnitude plus a bias of 132, all bits inverted.
    final class Mulaw implements PayloadEncoder {

        private static final int BIAS = 132;
        private static final int MAX = 32_767 - BIAS;

        @Override
        public byte[] encode(float[] samples) {
            byte[] payload = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                int value = toPcm16(samples[i]);
                int magnitude = Math.min(Math.abs(value), MAX) + BIAS;
                int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
                int step = magnitude >> (segment + 3) & 15;
                payload[i] = (byte) ~((value < 0 ? 0x80 : 0) | segment << 4 | step);
            }
            return payload;
        }
    }

    /// ITU-T G.711 A-law: as mu-law without a bias, the lowest segment linear, every second bit inverted.
    final class Alaw implements PayloadEncoder {

        @Override
        public byte[] encode(float[] samples) {
            byte[] payload = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                int value = toPcm16(samples[i]);
                int magnitude = value < 0 ? ~value : value;
                int segment = Math.max(0, 24 - Integer.numberOfLeadingZeros(magnitude));
                int step = magnitude >> Math.max(4, segment + 3) & 15;
                payload[i] = (byte) (((value < 0 ? 0 : 0x80) | segment << 4 | step) ^ 0x55);
            }
            return payload;
        }
    }

    /// Opus packets, each preceded by its length as an unsigned 16-bit big-endian number.
    final class Opus implements PayloadEncoder {

        private static final int BITS_PER_SECOND = 24_000;
        private static final int MAX_PACKET_BYTES = 1275;

        private final OpusEncoder encoder;
        private final int packetSamples;

        private Opus(OpusEncoder encoder, int packetSamples) {
            this.encoder = encoder;
            this.packetSamples = packetSamples;
        }

        private static Opus at(int sampleRateHz) {
            try {
                OpusEncoder encoder = new OpusEncoder(sampleRateHz, 1, OpusApplication.OPUS_APPLICATION_VOIP);
                encoder.setBitrate(BITS_PER_SECOND);
                return new Opus(encoder, sampleRateHz / 50);
            } catch (OpusException e) {
                throw new IllegalStateException("Opus refuses " + sampleRateHz + " Hz", e);
            }
        }

        @Override
        public byte[] encode(float[] samples) {
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
                pcm[i] = (short) toPcm16(slice[i]);
            }
            try {
                return encoder.encode(pcm, 0, packetSamples, packet, 0, packet.length);
            } catch (OpusException e) {
                throw new IllegalStateException("Opus cannot encode " + packetSamples + " samples", e);
            }
        }
    }
}

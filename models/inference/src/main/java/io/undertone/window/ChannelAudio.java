package io.undertone.window;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.OpusPacketDecoder;
import io.undertone.audio.PayloadDecoder;
import java.util.Arrays;

/// Decoded samples of a channel, at any place of its timeline. A sample is a function of the timeline alone: not
/// of what was read before, nor of when.
///
/// Positions are samples at [#rateHz]. One thread.
sealed interface ChannelAudio {

    static ChannelAudio of(AudioFormat format, Timeline timeline) {
        return format.codec() == Codec.OPUS
                ? new Opus(timeline, OpusPacketDecoder.RATE_HZ / format.sampleRateHz())
                : new Pcm(timeline, format);
    }

    /// The rate at which samples are decoded, a multiple of the format's.
    int rateHz();

    /// Fills `target` with the samples in [from, to); 0 where there are none.
    void read(long from, long to, float[] target);

    /// How far back, at the most, chunks are needed to read from `position` on.
    long neededFrom(long position);

    /// PCM has no memory: every sample is decoded by itself.
    final class Pcm implements ChannelAudio {

        private final Timeline timeline;
        private final AudioFormat format;

        Pcm(Timeline timeline, AudioFormat format) {
            this.timeline = timeline;
            this.format = format;
        }

        @Override
        public int rateHz() {
            return format.sampleRateHz();
        }

        @Override
        public long neededFrom(long position) {
            return position;
        }

        @Override
        public void read(long from, long to, float[] target) {
            Arrays.fill(target, 0, (int) (to - from), 0);
            for (Chunk chunk : timeline) {
                long start = Math.max(from, chunk.firstSample());
                int count = (int) (Math.min(to, chunk.endSample()) - start);
                if (count > 0) {
                    PayloadDecoder.decodePcm(
                            format.codec(), chunk.payload(), (int) (start - chunk.firstSample()), count, target, (int)
                                    (start - from));
                }
            }
        }
    }

    /// Opus has memory, so it is decoded in segments of a second of call time, each with a fresh decoder that
    /// first hears the packets of the 80 ms before (RFC 7845, 4.6). In a gap the decoder is not told of the loss
    /// and stays as it is.
    ///
    /// Memory: a decoder (some 60 KiB) and one segment of samples (216 KiB).
    final class Opus implements ChannelAudio {

        private static final int SEGMENT = OpusPacketDecoder.RATE_HZ;
        private static final int PRE_ROLL = OpusPacketDecoder.RATE_HZ * 80 / 1000;
        private static final int MAX_PACKET = OpusPacketDecoder.RATE_HZ * 120 / 1000;

        private final Timeline timeline;
        private final int scale; // decoded samples for each of the format's
        private final float[] decoded = new float[SEGMENT + MAX_PACKET]; // the segment, and where its last packet ends
        private final float[] packet = new float[MAX_PACKET];
        private OpusPacketDecoder decoder = new OpusPacketDecoder();
        private long segment = -1;
        private long nextPacket; // packets that start before are done with

        Opus(Timeline timeline, int scale) {
            this.timeline = timeline;
            this.scale = scale;
        }

        @Override
        public int rateHz() {
            return OpusPacketDecoder.RATE_HZ;
        }

        @Override
        public long neededFrom(long position) {
            return Math.max(0, Math.floorDiv(position, SEGMENT) * SEGMENT - PRE_ROLL);
        }

        @Override
        public void read(long from, long to, float[] target) {
            Arrays.fill(target, 0, (int) (to - from), 0);
            for (long start = Math.max(0, from); start < to; ) {
                long index = start / SEGMENT;
                long end = Math.min(to, (index + 1) * SEGMENT);
                decodeUpTo(index, end);
                System.arraycopy(
                        decoded, (int) (start - index * SEGMENT), target, (int) (start - from), (int) (end - start));
                start = end;
            }
        }

        private void decodeUpTo(long index, long end) {
            if (segment != index) {
                segment = index;
                decoder = new OpusPacketDecoder();
                Arrays.fill(decoded, 0);
                nextPacket = index * SEGMENT - PRE_ROLL - MAX_PACKET;
            }
            for (Chunk chunk : timeline) {
                if (chunk.endSample() * scale > Math.max(nextPacket, index * SEGMENT - PRE_ROLL)) {
                    decodeChunk(chunk, end);
                }
            }
        }

        /// Decodes the chunk's packets that start before `end` and reach into the segment or its pre-roll.
        private void decodeChunk(Chunk chunk, long end) {
            byte[] payload = chunk.payload();
            long start = chunk.firstSample() * scale;
            for (int at = 0; at < payload.length && start < end; ) {
                int length = PayloadDecoder.opusPacketLength(payload, at);
                int from = at + PayloadDecoder.OPUS_LENGTH_BYTES;
                int samples = OpusPacketDecoder.countSamples(payload, from, length);
                if (start >= nextPacket && start + samples > segment * SEGMENT - PRE_ROLL) {
                    decoder.decode(payload, from, length, packet, 0);
                    keep(start, samples);
                    nextPacket = start + samples;
                }
                start += samples;
                at = from + length;
            }
        }

        private void keep(long start, int samples) {
            long offset = start - segment * SEGMENT;
            int skipped = (int) Math.max(0, -offset);
            if (skipped < samples) {
                System.arraycopy(packet, skipped, decoded, (int) (offset + skipped), samples - skipped);
            }
        }
    }
}

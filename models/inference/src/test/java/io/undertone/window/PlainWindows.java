package io.undertone.window;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.OpusPacketDecoder;
import io.undertone.audio.PayloadDecoder;
import io.undertone.audio.Resampler;
import io.undertone.audio.Waveform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The plain reference of [ChannelWindower]: decodes the whole channel into one array, resamples it at once, and
/// cuts.
final class PlainWindows {

    private PlainWindows() {}

    /// @param chunks those that are not lost, in order; the last one ends the stream
    static SortedMap<Long, Window> of(WindowSpec spec, List<Chunk> chunks, long maxFilledSamples) {
        AudioFormat format = chunks.getFirst().format();
        int rate = format.sampleRateHz();
        long end = chunks.getLast().endSample();
        float[] signal = resampled(spec, chunks, end);
        boolean[] covered = new boolean[(int) end];
        boolean[] inLongGap = new boolean[(int) end];
        long before = 0;
        for (Chunk chunk : chunks) {
            if (chunk.firstSample() - before > maxFilledSamples) {
                Arrays.fill(inLongGap, (int) before, (int) chunk.firstSample(), true);
            }
            Arrays.fill(covered, (int) chunk.firstSample(), (int) chunk.endSample(), true);
            before = chunk.endSample();
        }
        SortedMap<Long, Window> windows = new TreeMap<>();
        int window = spec.windowSamples() / (spec.sampleRateHz() / 10) * (rate / 10);
        int hop = spec.hopSamples() / (spec.sampleRateHz() / 10) * (rate / 10);
        for (long index = 0; ; index++) {
            long start = index * hop;
            boolean partial = start + window > end;
            long heard = index == 0 ? 0 : start - hop + window;
            int here = count(covered, start, Math.min(end, start + window));
            if (partial && (heard >= end || here == 0)) {
                if (heard >= end) {
                    return windows;
                }
                continue;
            }
            if (count(inLongGap, start, start + window) == window && sameGap(covered, start, window)) {
                continue;
            }
            int from = (int) (index * spec.hopSamples());
            float[] samples = Arrays.copyOfRange(signal, from, from + spec.windowSamples());
            windows.put(
                    index,
                    Window.of(
                            index,
                            samples,
                            new WindowQuality(
                                    SpeechGate.defaults().speechRatio(samples, spec.sampleRateHz()),
                                    (double) here / window,
                                    0,
                                    partial)));
        }
    }

    private static boolean sameGap(boolean[] covered, long start, int window) {
        return count(covered, start, start + window) == 0;
    }

    private static int count(boolean[] flags, long from, long to) {
        int count = 0;
        for (long i = from; i < Math.min(to, flags.length); i++) {
            count += flags[(int) i] ? 1 : 0;
        }
        return count;
    }

    /// The whole channel at the rate of the windows, with silence after the end.
    private static float[] resampled(WindowSpec spec, List<Chunk> chunks, long end) {
        AudioFormat format = chunks.getFirst().format();
        int scale = format.codec() == Codec.OPUS ? 48_000 / format.sampleRateHz() : 1;
        int rate = format.sampleRateHz() * scale;
        float[] decoded =
                format.codec() == Codec.OPUS ? opus(chunks, (int) (end * scale), scale) : pcm(chunks, (int) end);
        float[] padded = Arrays.copyOf(decoded, decoded.length + rate * 2);
        return Resampler.resample(Waveform.of(padded, rate), spec.sampleRateHz())
                .toArray();
    }

    private static float[] pcm(List<Chunk> chunks, int length) {
        float[] decoded = new float[length];
        for (Chunk chunk : chunks) {
            PayloadDecoder.decodePcm(
                    chunk.format().codec(), chunk.payload(), 0, chunk.samples(), decoded, (int) chunk.firstSample());
        }
        return decoded;
    }

    private record Packet(Chunk chunk, int from, int length, int start, int samples) {}

    /// Each second by itself: all packets that reach into it or into the 80 ms before, by a fresh decoder.
    private static float[] opus(List<Chunk> chunks, int length, int scale) {
        List<Packet> packets = new ArrayList<>();
        for (Chunk chunk : chunks) {
            int start = (int) chunk.firstSample() * scale;
            for (int at = 0; at < chunk.payload().length; ) {
                int bytes = PayloadDecoder.opusPacketLength(chunk.payload(), at);
                int samples = OpusPacketDecoder.countSamples(chunk.payload(), at + 2, bytes);
                packets.add(new Packet(chunk, at + 2, bytes, start, samples));
                start += samples;
                at += 2 + bytes;
            }
        }
        float[] decoded = new float[length];
        for (int second = 0; second * 48_000 < length; second++) {
            int from = second * 48_000;
            int to = Math.min(length, from + 48_000);
            OpusPacketDecoder decoder = new OpusPacketDecoder();
            for (Packet packet : packets) {
                if (packet.start() < to && packet.start() + packet.samples() > from - 3_840) {
                    float[] samples = new float[packet.samples()];
                    decoder.decode(packet.chunk().payload(), packet.from(), packet.length(), samples, 0);
                    for (int i = 0; i < samples.length; i++) {
                        if (packet.start() + i >= from && packet.start() + i < to) {
                            decoded[packet.start() + i] = samples[i];
                        }
                    }
                }
            }
        }
        return decoded;
    }
}

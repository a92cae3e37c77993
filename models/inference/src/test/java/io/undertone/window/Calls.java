package io.undertone.window;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Makes channels for tests: a signal, coded and cut into chunks at random places.
final class Calls {

    private Calls() {}

    /// Something between speech and noise: tones that come and go.
    static float[] signal(int samples, int rateHz, Random random) {
        float[] signal = new float[samples];
        double hz = 100 + random.nextInt(800);
        double level = 0.3;
        for (int i = 0; i < samples; i++) {
            if (i % (rateHz / 5) == 0) {
                level = random.nextInt(4) == 0 ? 0.001 : 0.05 + 0.4 * random.nextDouble();
                hz = 100 + random.nextInt(800);
            }
            signal[i] = (float) (level * (Math.sin(2 * Math.PI * hz * i / rateHz) + 0.2 * (random.nextDouble() - 0.5)));
        }
        return signal;
    }

    /// Indivisible pieces of a coded signal: a sample, or an Opus packet with its length before it.
    record Coded(AudioFormat format, List<byte[]> atoms, List<Integer> atomSamples) {}

    static Coded code(AudioFormat format, float[] signal, Random random) {
        return format.codec() == Codec.OPUS ? opus(format, signal, random) : pcm(format, signal);
    }

    private static Coded pcm(AudioFormat format, float[] signal) {
        List<byte[]> atoms = new ArrayList<>();
        for (int i = 0; i < signal.length; i++) {
            atoms.add(PayloadEncoder.encodePcm(format.codec(), signal, i, i + 1));
        }
        return new Coded(format, atoms, Collections.nCopies(signal.length, 1));
    }

    private static Coded opus(AudioFormat format, float[] signal, Random random) {
        int rateHz = format.sampleRateHz();
        List<byte[]> atoms = new ArrayList<>();
        List<Integer> samples = new ArrayList<>();
        try {
            OpusEncoder encoder = new OpusEncoder(rateHz, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            encoder.setComplexity(1); // quick
            encoder.setBitrate(12_000 + random.nextInt(30_000));
            byte[] packet = new byte[1_500];
            int[] frames = {rateHz / 100, rateHz / 50, rateHz / 25, rateHz * 60 / 1000};
            for (int at = 0; at < signal.length; ) {
                int frame = frames[random.nextInt(frames.length)];
                short[] pcm = new short[frame];
                for (int i = 0; i < frame && at + i < signal.length; i++) {
                    pcm[i] = (short) (signal[at + i] * 32_767);
                }
                int length = encoder.encode(pcm, 0, frame, packet, 0, packet.length);
                byte[] atom = new byte[2 + length];
                atom[0] = (byte) (length >> 8);
                atom[1] = (byte) length;
                System.arraycopy(packet, 0, atom, 2, length);
                atoms.add(atom);
                samples.add(frame);
                at += frame;
            }
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
        return new Coded(format, atoms, samples);
    }

    /// Cuts into chunks of random length, up to `longestMillis`; the last one ends the stream.
    static List<Chunk> cut(Coded coded, int longestMillis, Random random) {
        List<Chunk> chunks = new ArrayList<>();
        int longest = coded.format().sampleRateHz() * longestMillis / 1000;
        long first = 0;
        for (int atom = 0; atom < coded.atoms().size(); ) {
            int wanted = 1 + random.nextInt(longest);
            int samples = 0;
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            while (atom < coded.atoms().size() && samples < wanted) {
                payload.writeBytes(coded.atoms().get(atom));
                samples += coded.atomSamples().get(atom++);
            }
            boolean last = atom == coded.atoms().size();
            chunks.add(Chunk.of(chunks.size(), first, samples, coded.format(), payload.toByteArray(), last));
            first += samples;
        }
        return chunks;
    }

    /// A pause of the capture before each chunk in `from` and later.
    static List<Chunk> shifted(List<Chunk> chunks, int from, long samples) {
        List<Chunk> result = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            long first = chunk.firstSample() + (i >= from ? samples : 0);
            result.add(Chunk.of(
                    chunk.sequence(), first, chunk.samples(), chunk.format(), chunk.payload(), chunk.endOfStream()));
        }
        return result;
    }

    /// Another order in which no chunk comes after audio that ends later than `graceSamples` behind its start,
    /// with some chunks sent twice or three times.
    static List<Chunk> disturbed(List<Chunk> chunks, long graceSamples, Random random) {
        List<Chunk> left = new ArrayList<>(chunks);
        List<Chunk> result = new ArrayList<>();
        while (!left.isEmpty()) {
            long bound = left.getFirst().firstSample() + graceSamples;
            int candidates = 1;
            while (candidates < left.size() && left.get(candidates).endSample() <= bound) {
                candidates++;
            }
            result.add(left.remove(random.nextInt(candidates)));
            while (random.nextInt(5) == 0) {
                result.add(result.get(Math.max(0, result.size() - 1 - random.nextInt(20))));
            }
        }
        return result;
    }
}

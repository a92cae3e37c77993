package io.undertone.trainer.evaluation;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.audio.Resampler;
import io.undertone.audio.Waveform;
import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.Clip;
import io.undertone.window.Chunk;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// The conditions that robustness is measured under: telephone codecs, noise, level and little audio. What is random
/// depends on the seed and the clip only.
final class Conditions {

    private static final int RATE_HZ = AudioCache.SAMPLE_RATE_HZ;
    private static final int OPUS_BITS_PER_SECOND = 12_000;
    private static final int OPUS_PACKET_SAMPLES = RATE_HZ / 50;
    private static final int OPUS_MOST_BYTES = 1_275;
    private static final int BABBLING = 5;

    private final AudioCache audio;
    private final List<Clip> pool;
    private final long seed;

    /// @param pool clips whose voices babble, each only behind other speakers
    Conditions(AudioCache audio, List<Clip> pool, long seed) {
        this.audio = audio;
        this.pool = List.copyOf(pool);
        this.seed = seed;
    }

    /// All but clean.
    List<Condition> worse() {
        List<Condition> all = new ArrayList<>();
        all.add(new Condition("8 kHz mu-law", Condition.NONE, Conditions::mulaw, 0));
        all.add(new Condition("Opus 12 kbit/s", Condition.NONE, Conditions::opus, 0));
        for (int decibels : new int[] {20, 10, 5}) {
            all.add(new Condition(
                    "babble " + decibels + " dB", (clip, samples) -> babble(clip, samples, decibels), Line.CLEAN, 0));
        }
        for (int decibels : new int[] {20, 10, 5}) {
            all.add(new Condition(
                    "white noise " + decibels + " dB",
                    (clip, samples) -> white(clip, samples, decibels),
                    Line.CLEAN,
                    0));
        }
        all.add(new Condition("gain -20 dB", (_, samples) -> scaled(samples, 0.1f), Line.CLEAN, 0));
        for (int seconds : new int[] {1, 2, 3, 5}) {
            all.add(new Condition("first " + seconds + " s", Condition.NONE, Line.CLEAN, seconds));
        }
        return all;
    }

    /// G.711 at 8 kHz, as a telephone line sends it.
    static Chunk mulaw(float[] samples) {
        float[] narrow =
                Resampler.resample(Waveform.of(samples, RATE_HZ), 8_000).toArray();
        return Line.whole(
                new AudioFormat(Codec.PCM_MULAW, 8_000),
                PayloadEncoder.encodePcm(Codec.PCM_MULAW, narrow, 0, narrow.length),
                narrow.length);
    }

    /// Opus at 16 kHz and 12 kbit/s in packets of 20 ms, the last one padded with silence.
    static Chunk opus(float[] samples) {
        try {
            OpusEncoder encoder = new OpusEncoder(RATE_HZ, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            encoder.setBitrate(OPUS_BITS_PER_SECOND);
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            byte[] packet = new byte[OPUS_MOST_BYTES];
            short[] pcm = new short[OPUS_PACKET_SAMPLES];
            int packets = Math.ceilDiv(samples.length, OPUS_PACKET_SAMPLES);
            for (int p = 0; p < packets; p++) {
                for (int i = 0; i < pcm.length; i++) {
                    int at = p * OPUS_PACKET_SAMPLES + i;
                    float sample = at < samples.length ? samples[at] : 0;
                    pcm[i] = (short) Math.clamp(Math.round(sample * 32_768f), Short.MIN_VALUE, Short.MAX_VALUE);
                }
                int bytes = encoder.encode(pcm, 0, pcm.length, packet, 0, packet.length);
                payload.write(bytes >> 8);
                payload.write(bytes);
                payload.write(packet, 0, bytes);
            }
            return Line.whole(
                    new AudioFormat(Codec.OPUS, RATE_HZ), payload.toByteArray(), packets * OPUS_PACKET_SAMPLES);
        } catch (OpusException e) {
            throw new IllegalStateException("Opus cannot encode " + samples.length + " samples", e);
        }
    }

    private float[] white(Clip clip, float[] samples, double decibels) {
        SplittableRandom random = random(clip, "white");
        float[] noise = new float[samples.length];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return mixed(samples, noise, decibels);
    }

    /// Five clips of other speakers, each from a random place, repeated to the length and equally loud.
    private float[] babble(Clip clip, float[] samples, double decibels) {
        SplittableRandom random = random(clip, "babble");
        List<Clip> others = pool.stream()
                .filter(other -> !other.speaker().equals(clip.speaker()))
                .toList();
        float[] noise = new float[samples.length];
        for (Clip other : Samples.some(others, BABBLING, random)) {
            float[] voice = audio.read(other.path(), 0, audio.length(other.path()));
            float gain = (float) (1 / Math.sqrt(power(voice) + 1e-9));
            int from = random.nextInt(voice.length);
            for (int i = 0; i < noise.length; i++) {
                noise[i] += gain * voice[(from + i) % voice.length];
            }
        }
        return mixed(samples, noise, decibels);
    }

    private SplittableRandom random(Clip clip, String what) {
        // Scrambled, because generators of neighbouring seeds give neighbouring streams.
        long mixed = new SplittableRandom(seed ^ (clip.path() + what).hashCode()).nextLong();
        return new SplittableRandom(mixed);
    }

    /// Noise under the sound at a ratio of mean powers; quieter as a whole where the sum would clip. Sound or noise
    /// that is silent stays as it is.
    static float[] mixed(float[] samples, float[] noise, double decibels) {
        double ratio = power(samples) / Math.pow(10, decibels / 10);
        double own = power(noise);
        if (ratio == 0 || own == 0) {
            return samples;
        }
        float gain = (float) Math.sqrt(ratio / own);
        float[] sum = new float[samples.length];
        float peak = 1;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = samples[i] + gain * noise[i];
            peak = Math.max(peak, Math.abs(sum[i]));
        }
        return scaled(sum, 1 / peak);
    }

    static float[] scaled(float[] samples, float gain) {
        float[] scaled = Arrays.copyOf(samples, samples.length);
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= gain;
        }
        return scaled;
    }

    private static double power(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += (double) sample * sample;
        }
        return sum / Math.max(1, samples.length);
    }
}

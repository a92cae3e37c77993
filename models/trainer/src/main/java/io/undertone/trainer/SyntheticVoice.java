package io.undertone.trainer;

import io.undertone.trainer.corpus.Affect;
import java.util.SplittableRandom;

/// A voice-like sound made by a formula: harmonics under three formants, in syllables. Arousal makes it higher,
/// faster and brighter, valence lets its melody rise and smooths it. For tests and golden windows, which may hold
/// nobody's voice.
public final class SyntheticVoice {

    private static final int SAMPLE_RATE_HZ = 16_000;
    private static final double[] FORMANTS_HZ = {600, 1_300, 2_600};

    private SyntheticVoice() {}

    /// The golden window of a bundle, as 16-bit values.
    static short[] golden(int windowSamples, long seed) {
        float[] voice = speak(new Affect(-0.4, 0.5), 140, windowSamples, new SplittableRandom(seed));
        short[] samples = new short[voice.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(voice[i] * 32767);
        }
        return samples;
    }

    /// @param pitchHz of the speaker when calm
    /// @return `[samples]` at 16 kHz, peaks below 0.5
    public static float[] speak(Affect affect, double pitchHz, int samples, SplittableRandom random) {
        double pitch = pitchHz * (1 + 0.5 * affect.arousal()) * (0.95 + 0.1 * random.nextDouble());
        double syllablesPerSecond = 3.5 + 2 * affect.arousal();
        double roughness = 0.15 * (1 - affect.valence());
        double brightness = 1.3 - 0.7 * affect.arousal();
        float[] out = new float[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / SAMPLE_RATE_HZ;
            double syllable = seconds * syllablesPerSecond % 1;
            double melody = 1 + 0.2 * affect.valence() * (syllable - 0.5);
            double jitter = roughness * (random.nextDouble() - 0.5);
            phase += 2 * Math.PI * pitch * (melody + jitter) / SAMPLE_RATE_HZ;
            double envelope = Math.max(0, Math.sin(Math.PI * Math.min(1, syllable * 1.3)));
            out[i] = (float) (0.3 * envelope * harmonics(phase, pitch, brightness) + 0.004 * random.nextGaussian());
        }
        return out;
    }

    private static double harmonics(double phase, double pitch, double brightness) {
        double sum = 0;
        for (int harmonic = 1; harmonic * pitch < 4_000; harmonic++) {
            double gain = 0.02;
            for (double formant : FORMANTS_HZ) {
                double away = (harmonic * pitch - formant) / 250;
                gain += Math.exp(-away * away);
            }
            sum += gain * Math.pow(harmonic, -brightness) * Math.sin(harmonic * phase);
        }
        return Math.tanh(sum);
    }
}

package io.undertone.deploy.bench;

import io.undertone.audio.Waveform;
import java.util.SplittableRandom;

/// Sound that passes for speech at the gate and costs the encoder what speech costs: a buzz with moving pitch through
/// two moving resonances, in syllables with short stops between them. Says nothing. A function of its seed.
final class SyntheticVoice {

    private static final int SPELL_SECONDS = 10;
    private static final double SYLLABLE_SECONDS = 0.22;
    private static final double STOP_SECONDS = 0.06;
    private static final int NYQUIST_HZ = 3_800; // of a telephone line
    private static final double LOUDNESS = 0.2;
    private static final double LINE_NOISE = 3e-4; // -70 dB: below what the gate takes for speech

    private SyntheticVoice() {}

    /// @param speechShare of each spell of ten seconds, at its beginning
    static Waveform speak(long seed, int seconds, int rateHz, double speechShare) {
        SplittableRandom random = new SplittableRandom(seed);
        double pitchHz = random.nextDouble(90, 240);
        float[] samples = new float[seconds * rateHz];
        double phase = 0;
        for (int i = 0; i < samples.length; i++) {
            double time = (double) i / rateHz;
            double pitch = pitchHz * (1 + 0.15 * Math.sin(2 * Math.PI * 0.7 * time));
            phase += 2 * Math.PI * pitch / rateHz;
            double value = LINE_NOISE * random.nextDouble(-1, 1);
            if (time % SPELL_SECONDS < speechShare * SPELL_SECONDS) {
                value += LOUDNESS * envelope(time) * buzz(phase, pitch, time);
            }
            samples[i] = (float) value;
        }
        return Waveform.of(samples, rateHz);
    }

    /// Rises and falls with each syllable.
    private static double envelope(double time) {
        double at = time % (SYLLABLE_SECONDS + STOP_SECONDS);
        return at < SYLLABLE_SECONDS ? Math.sin(Math.PI * at / SYLLABLE_SECONDS) : 0;
    }

    /// Harmonics under two resonances that move from syllable to syllable.
    private static double buzz(double phase, double pitch, double time) {
        double syllable = Math.floor(time / (SYLLABLE_SECONDS + STOP_SECONDS));
        double first = 500 + 250 * Math.sin(2.4 * syllable);
        double second = 1_500 + 600 * Math.sin(1.7 * syllable);
        double sum = 0;
        for (int harmonic = 1; harmonic * pitch < NYQUIST_HZ; harmonic++) {
            double hz = harmonic * pitch;
            double gain = 1 / (1 + Math.pow((hz - first) / 150, 2)) + 0.5 / (1 + Math.pow((hz - second) / 250, 2));
            sum += gain * Math.sin(harmonic * phase);
        }
        return sum;
    }
}

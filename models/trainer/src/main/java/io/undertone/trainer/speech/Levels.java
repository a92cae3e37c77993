package io.undertone.trainer.speech;

/// Levels of sounds, as root mean squares.
final class Levels {

    private Levels() {}

    /// Root mean square; 0 of nothing.
    static double rms(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += (double) sample * sample;
        }
        return Math.sqrt(sum / Math.max(1, samples.length));
    }

    /// Brought to a root mean square, in place; silence stays silent.
    static float[] scaled(float[] samples, float level) {
        double own = rms(samples);
        if (own > 0) {
            multiply(samples, (float) (level / own));
        }
        return samples;
    }

    static void multiply(float[] samples, float gain) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= gain;
        }
    }

    static float ofDecibels(double decibels) {
        return (float) Math.pow(10, decibels / 20);
    }
}

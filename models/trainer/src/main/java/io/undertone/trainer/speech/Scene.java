package io.undertone.trainer.speech;

/// A window with known truth. Handed on once, never compared.
///
/// @param samples `[windowSamples]` at 16 kHz
/// @param speech for each 20 ms whether the voice speaks, by the energy of the clean voice
@SuppressWarnings("ArrayRecordComponent")
record Scene(float[] samples, boolean[] speech) {

    static final int FRAME_SAMPLES = 320;

    static Scene silent(int samples) {
        return new Scene(new float[samples], new boolean[samples / FRAME_SAMPLES]);
    }

    /// Share of the window in which the voice speaks.
    double speechRatio() {
        int count = 0;
        for (boolean frame : speech) {
            count += frame ? 1 : 0;
        }
        return count / (double) speech.length;
    }

    /// Root mean square over the frames with speech, 0 without any.
    double speechLevel() {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < speech.length * FRAME_SAMPLES; i++) {
            if (speech[i / FRAME_SAMPLES]) {
                sum += (double) samples[i] * samples[i];
                count++;
            }
        }
        return count == 0 ? 0 : Math.sqrt(sum / count);
    }

    /// Adds a background, `decibels` quieter than the speech, which is there; brought down where the sum would clip.
    Scene over(float[] background, double decibels) {
        float[] sum = Levels.scaled(background.clone(), (float) (speechLevel() * Math.pow(10, -decibels / 20)));
        float peak = 1;
        for (int i = 0; i < sum.length; i++) {
            sum[i] += samples[i];
            peak = Math.max(peak, Math.abs(sum[i]));
        }
        Levels.multiply(sum, 1 / peak);
        return new Scene(sum, speech);
    }
}

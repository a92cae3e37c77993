package io.undertone.trainer.tower;

import java.util.SplittableRandom;

/// Windows that towers are tried on.
final class Noise {

    private Noise() {}

    /// White noise in [-level, level], then digital silence, as short clips are padded.
    ///
    /// @param sounding share of the window, in [0, 1]
    static float[] window(int samples, double level, double sounding, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] window = new float[samples];
        for (int i = 0; i < samples * sounding; i++) {
            window[i] = (float) (level * (2 * random.nextDouble() - 1));
        }
        return window;
    }
}

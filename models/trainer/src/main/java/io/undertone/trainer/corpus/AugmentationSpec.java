package io.undertone.trainer.corpus;

/// How often and how much training windows are changed. Probabilities in [0, 1].
///
/// @param telephone of the 8 kHz mu-law path
/// @param noise of mixing in a noise
/// @param noiseSynthetic share of the noises that are made: from white to red
/// @param noiseBabble share of the noises that are several clips spoken at once
/// @param noiseLowDb lowest ratio of speech to noise
/// @param noiseHighDb highest ratio
/// @param speed of playing faster or slower (pitch moves too)
/// @param speedRange largest change, 0.08 is 8 %
/// @param tilt of a random slope of the spectrum: rooms and microphones
/// @param gainDb largest change of level, up or down
/// @param shorten of cutting a window to between a third of it and all of it, so that length tells less
/// @param masks of hiding bands and frames (SpecAugment, Park et al. 2019)
public record AugmentationSpec(
        double telephone,
        double noise,
        double noiseSynthetic,
        double noiseBabble,
        double noiseLowDb,
        double noiseHighDb,
        double speed,
        double speedRange,
        double tilt,
        double gainDb,
        double shorten,
        double masks) {

    public AugmentationSpec {
        probability("telephone", telephone);
        probability("noise", noise);
        probability("noise-synthetic", noiseSynthetic);
        probability("noise-babble", noiseBabble);
        probability("speed", speed);
        probability("tilt", tilt);
        probability("shorten", shorten);
        probability("masks", masks);
        if (noiseSynthetic + noiseBabble > 1) {
            throw new IllegalArgumentException(
                    "noise-synthetic and noise-babble must be at most 1 together: " + (noiseSynthetic + noiseBabble));
        }
        if (!(noiseLowDb <= noiseHighDb)) {
            throw new IllegalArgumentException(
                    "noise-low-db must not be above noise-high-db " + noiseHighDb + ": " + noiseLowDb);
        }
        if (!(speedRange >= 0 && speedRange < 0.5)) {
            throw new IllegalArgumentException("speed-range must be in [0, 0.5): " + speedRange);
        }
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1]: " + value);
        }
    }
}

package io.undertone.trainer;

/// What decides how heads are retrained, beside the records.
///
/// @param steps of the optimiser
/// @param batch records a step, drawn evenly over categories
/// @param learningRate highest
/// @param weightDecay pulls the change of the heads back to none
/// @param hidden units of the change
/// @param affectWeight of the concordance loss beside that of the embeddings
/// @param keepWeight of a loss that keeps the bundle's reference embeddings where they are: without it much of what was
///     learned before is lost
/// @param heldOutShare of the speakers of the records, to see what the retraining gains
/// @param captionsPerLabel distinct texts for each category and intensity
/// @param seed of the split, the start values and what is drawn
record RetrainingSpec(
        int steps,
        int batch,
        double learningRate,
        double weightDecay,
        int hidden,
        double affectWeight,
        double keepWeight,
        double heldOutShare,
        int captionsPerLabel,
        long seed) {

    RetrainingSpec {
        require(steps > 0, "steps", "be positive", steps);
        require(batch > 1, "batch", "be at least 2", batch);
        require(learningRate > 0, "learning-rate", "be positive", learningRate);
        require(keepWeight >= 0 && keepWeight <= 1e6, "keep", "be in [0, 1000000]", keepWeight);
        require(hidden > 0, "hidden", "be positive", hidden);
        require(heldOutShare > 0 && heldOutShare < 1, "held-out-share", "be in (0, 1)", heldOutShare);
        require(captionsPerLabel > 0, "captions-per-label", "be positive", captionsPerLabel);
    }

    /// The same with another weight of what is kept.
    RetrainingSpec keeping(double weight) {
        return new RetrainingSpec(
                steps,
                batch,
                learningRate,
                weightDecay,
                hidden,
                affectWeight,
                weight,
                heldOutShare,
                captionsPerLabel,
                seed);
    }

    /// Few labels move little: 300 steps of a small layer, some seconds.
    static RetrainingSpec defaults() {
        return new RetrainingSpec(300, 128, 2e-3, 0.1, 64, 1, 10, 0.2, 30, 7);
    }

    private static void require(boolean holds, String key, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must " + rule + ": " + value);
        }
    }
}

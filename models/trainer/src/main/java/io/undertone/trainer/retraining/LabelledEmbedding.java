package io.undertone.trainer.retraining;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;

/// What a bundle's encoder said of one window, and what a person said of it. Immutable.
///
/// @param label category, or valence, or arousal, or several of them, with speaker and corpus; its path says where the
///     record came from
/// @param embedding of the window, in the space that audio and prompts share
/// @param valence that the encoder estimated, in [-1, 1]
/// @param arousal that the encoder estimated, in [-1, 1]
/// @param weight how often the record is drawn, beside others of its category; positive
/// @param model name and version of the bundle whose encoder it was
public record LabelledEmbedding(
        Clip label, Embedding embedding, double valence, double arousal, double weight, String model) {

    public LabelledEmbedding {
        if (!(weight > 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("weight must be positive: " + weight);
        }
    }
}

package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;

/// A clip and what the bundle says of it: the mean over its windows.
///
/// @param valence predicted
/// @param arousal predicted
public record ClipEncoding(Clip clip, Embedding embedding, double valence, double arousal) {}

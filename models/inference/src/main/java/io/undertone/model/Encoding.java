package io.undertone.model;

/// What the audio encoder says of one window.
///
/// @param valence point estimate, in [-1, 1]: unpleasant to pleasant
/// @param arousal point estimate, in [-1, 1]: calm to excited
public record Encoding(Embedding embedding, double valence, double arousal) {}

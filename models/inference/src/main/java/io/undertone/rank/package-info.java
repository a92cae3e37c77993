/// Embeddings against a prompt bank: similarity, strength, probability, and where a window lies in the plane of valence
/// and arousal.
@NullMarked
package io.undertone.rank;

import org.jspecify.annotations.NullMarked;

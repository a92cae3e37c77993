/// Labelled speech: labels, places in the plane of valence and arousal, captions, audio, augmentation, batches.
@NullMarked
package io.undertone.trainer.corpus;

import org.jspecify.annotations.NullMarked;

/// Retraining of a bundle's heads from stored embeddings and labels: no voice is needed.
@NullMarked
package io.undertone.trainer.retraining;

import org.jspecify.annotations.NullMarked;

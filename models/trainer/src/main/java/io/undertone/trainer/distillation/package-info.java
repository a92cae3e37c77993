/// What the encoder learns from a larger network: its frames of every clip, computed once.
@NullMarked
package io.undertone.trainer.distillation;

import org.jspecify.annotations.NullMarked;

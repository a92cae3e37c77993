/// The speech detector: what it learns from, how it is trained, and how it compares with other gates.
@NullMarked
package io.undertone.trainer.speech;

import org.jspecify.annotations.NullMarked;

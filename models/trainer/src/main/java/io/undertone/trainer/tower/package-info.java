/// Frozen audio towers: ONNX graphs of somebody else's that take a waveform, described by a manifest.
@NullMarked
package io.undertone.trainer.tower;

import org.jspecify.annotations.NullMarked;

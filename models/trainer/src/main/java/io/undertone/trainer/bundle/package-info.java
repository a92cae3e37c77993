/// Writes what was trained as a bundle: ONNX graphs, calibration, golden window, manifest, model card.
@NullMarked
package io.undertone.trainer.bundle;

import org.jspecify.annotations.NullMarked;

/// The networks, their weights and the optimiser. One forward pass is written once and run by DJL or written as
/// ONNX.
@NullMarked
package io.undertone.trainer.network;

import org.jspecify.annotations.NullMarked;

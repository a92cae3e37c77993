/// What training minimises. One class for each published formula.
@NullMarked
package io.undertone.trainer.loss;

import org.jspecify.annotations.NullMarked;

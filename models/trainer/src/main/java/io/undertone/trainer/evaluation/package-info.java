/// Measures of order and recall, with chance and intervals over speakers.
@NullMarked
package io.undertone.trainer.evaluation;

import org.jspecify.annotations.NullMarked;

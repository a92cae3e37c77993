/// From labelled speech to a bundle: the commands `train` and `evaluate`, the stages of a run and its folder.
@NullMarked
package io.undertone.trainer;

import org.jspecify.annotations.NullMarked;

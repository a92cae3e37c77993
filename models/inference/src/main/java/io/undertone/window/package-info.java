/// Chunks of one channel, put in order and cut into the fixed spans that are tagged.
@NullMarked
package io.undertone.window;

import org.jspecify.annotations.NullMarked;

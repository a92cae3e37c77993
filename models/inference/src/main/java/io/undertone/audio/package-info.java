/// Sound as bytes and as samples: codecs, resampling, audio files. The first step of the data path.
@NullMarked
package io.undertone.audio;

import org.jspecify.annotations.NullMarked;

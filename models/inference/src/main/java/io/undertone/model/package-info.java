/// The model bundle on disk and the encoders that run from it: windows and prompts become embeddings.
@NullMarked
package io.undertone.model;

import org.jspecify.annotations.NullMarked;

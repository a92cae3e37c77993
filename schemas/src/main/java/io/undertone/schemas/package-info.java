/// The records on Undertone's topics (generated from `src/main/avro`) and the catalogue of the topics.
@NullMarked
package io.undertone.schemas;

import org.jspecify.annotations.NullMarked;

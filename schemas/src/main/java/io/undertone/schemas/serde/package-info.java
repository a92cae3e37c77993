/// Records to bytes and back: with a schema registry the Confluent wire format, without one Avro's single-object
/// encoding. [io.undertone.schemas.serde.AvroSerdes] is the way in.
@NullMarked
package io.undertone.schemas.serde;

import org.jspecify.annotations.NullMarked;

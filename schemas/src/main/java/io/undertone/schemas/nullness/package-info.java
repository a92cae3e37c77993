/// Null annotations for the generated records. The generator writes annotations before qualified type names, where a
/// type-use annotation such as JSpecify's does not compile, so these are declaration annotations.
@NullMarked
package io.undertone.schemas.nullness;

import org.jspecify.annotations.NullMarked;

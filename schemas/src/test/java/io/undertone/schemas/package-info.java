/// Tests of the records and the catalogue.
@NullMarked
package io.undertone.schemas;

import org.jspecify.annotations.NullMarked;

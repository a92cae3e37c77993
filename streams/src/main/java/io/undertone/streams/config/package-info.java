/// The settings of the tagger: one tree of records, read once from YAML, every default in code beside its field.
@NullMarked
package io.undertone.streams.config;

import org.jspecify.annotations.NullMarked;

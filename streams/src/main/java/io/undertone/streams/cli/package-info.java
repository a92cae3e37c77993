/// The command line. Data goes to stdout, progress, logs and errors to stderr; exit code 0, 1 (failed) or 2 (usage).
@NullMarked
package io.undertone.streams.cli;

import org.jspecify.annotations.NullMarked;

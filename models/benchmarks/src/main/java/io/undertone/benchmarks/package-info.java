/// JMH benchmarks of inference. How to run them: `models/benchmarks/README.md`.
@NullMarked
package io.undertone.benchmarks;

import org.jspecify.annotations.NullMarked;

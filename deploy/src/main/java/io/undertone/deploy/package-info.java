/// What runs Undertone without a cluster: a broker inside the process, the demo, and the command line that knows both.
@NullMarked
package io.undertone.deploy;

import org.jspecify.annotations.NullMarked;

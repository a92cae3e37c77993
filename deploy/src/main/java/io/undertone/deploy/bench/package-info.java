/// `undertone bench`: load, and what the tagger makes of it.
@NullMarked
package io.undertone.deploy.bench;

import org.jspecify.annotations.NullMarked;

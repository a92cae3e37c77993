/// The last step: a window's encoding and a prompt bank become a tag, or an abstention with its reason.
@NullMarked
package io.undertone.tag;

import org.jspecify.annotations.NullMarked;

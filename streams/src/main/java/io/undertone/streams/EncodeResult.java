package io.undertone.streams;

import io.undertone.model.Encoding;
import io.undertone.tag.Tag;
import io.undertone.window.Window;

/// What became of one window in the batcher.
sealed interface EncodeResult {

    PendingWindow pending();

    /// @param heard the window with what the speech detector says of it
    record Encoded(PendingWindow pending, Window heard, Encoding encoding) implements EncodeResult {

        /// Of a window that no detector listened to.
        Encoded(PendingWindow pending, Encoding encoding) {
            this(pending, pending.window(), encoding);
        }
    }

    /// The speech detector found too little speech: the window was not encoded.
    record Unspoken(PendingWindow pending, Tag tag) implements EncodeResult {}

    /// The encoder failed on this window, also when it was tried alone.
    record Failed(PendingWindow pending) implements EncodeResult {}
}

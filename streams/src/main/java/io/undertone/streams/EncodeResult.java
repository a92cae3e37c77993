package io.undertone.streams;

import io.undertone.model.Encoding;

/// The encoder's answer about one window.
sealed interface EncodeResult {

    PendingWindow pending();

    record Encoded(PendingWindow pending, Encoding encoding) implements EncodeResult {}

    /// The encoder failed on this window, also when it was tried alone.
    record Failed(PendingWindow pending) implements EncodeResult {}
}

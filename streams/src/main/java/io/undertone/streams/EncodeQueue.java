package io.undertone.streams;

/// Where windows wait for the encoder. An interface because tests decide in which order windows come back.
///
/// Threading: every method may be called by any thread and none blocks.
interface EncodeQueue {

    /// @return false if there is no room now
    boolean offer(PendingWindow window, Mailbox answerTo);

    /// @throws EncoderLostException if no window will be encoded by this process any more
    void check();
}

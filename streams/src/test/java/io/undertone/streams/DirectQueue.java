package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import java.util.List;

/// Answers at once, on the thread of the caller.
record DirectQueue(AudioEncoder encoder) implements EncodeQueue {

    @Override
    public boolean offer(PendingWindow window, Mailbox answerTo) {
        answerTo.deliver(new EncodeResult.Encoded(
                window, encoder.encode(List.of(window.window())).getFirst()));
        return true;
    }

    @Override
    public void check() {}
}

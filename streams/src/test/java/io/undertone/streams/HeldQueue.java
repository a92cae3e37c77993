package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import java.util.ArrayList;
import java.util.List;

/// An encoder's queue whose answers come when, and in the order in which, the test says.
final class HeldQueue implements EncodeQueue {

    private record Held(PendingWindow window, Mailbox answerTo) {}

    private final AudioEncoder encoder;
    private final int capacity;
    private final List<Held> held = new ArrayList<>();
    private boolean lost;

    HeldQueue(AudioEncoder encoder, int capacity) {
        this.encoder = encoder;
        this.capacity = capacity;
    }

    @Override
    public synchronized boolean offer(PendingWindow window, Mailbox answerTo) {
        return held.size() < capacity && held.add(new Held(window, answerTo));
    }

    @Override
    public synchronized void check() {
        if (lost) {
            throw new EncoderLostException("lost", new IllegalStateException("told by the test"));
        }
    }

    synchronized int size() {
        return held.size();
    }

    synchronized void lose() {
        lost = true;
    }

    /// Answers one of those that wait.
    synchronized void answer(int position) {
        Held request = held.remove(position);
        request.answerTo()
                .deliver(new EncodeResult.Encoded(
                        request.window(),
                        encoder.encode(List.of(request.window().window())).getFirst()));
    }

    synchronized void fail(int position) {
        Held request = held.remove(position);
        request.answerTo().deliver(new EncodeResult.Failed(request.window()));
    }

    synchronized void answerAll() {
        while (!held.isEmpty()) {
            answer(0);
        }
    }
}

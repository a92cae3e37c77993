package io.undertone.streams;

import java.util.concurrent.atomic.AtomicInteger;

/// Windows of the process between cutting and publishing, over all tasks, and whether the process is about to stop:
/// then no more windows are cut, and those that are on their way come to their end. Thread safe.
final class InFlight {

    private final AtomicInteger windows = new AtomicInteger();
    private volatile boolean stopping;

    void add(int count) {
        windows.addAndGet(count);
    }

    int windows() {
        return windows.get();
    }

    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }
}

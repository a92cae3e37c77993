package io.undertone.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where the encoder's answers for one task wait until its stream thread takes them out. The only thing that
/// both threads write. Thread safe; dead once closed: what comes later is dropped, for the task's next owner
/// cuts and submits those windows again.
final class Mailbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private List<EncodeResult> results = new ArrayList<>();
    private boolean open = true;

    void deliver(EncodeResult result) {
        lock.lock();
        try {
            if (open) {
                results.add(result);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Everything that came since the last call, oldest first. Never waits.
    List<EncodeResult> takeAll() {
        lock.lock();
        try {
            if (results.isEmpty()) {
                return List.of();
            }
            List<EncodeResult> taken = results;
            results = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until something has come, at most `timeout`.
    void await(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (results.isEmpty() && open && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            open = false;
            results = new ArrayList<>();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

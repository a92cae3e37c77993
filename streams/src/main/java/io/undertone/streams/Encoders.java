package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encoders of the process: that of the bundle in use, and those of bundles before it that still owe answers.
///
/// A window goes to the encoder of the bundle that it was cut under or to none, so that no encoding meets the prompts
/// of another bundle and no batch mixes two. A bundle that was replaced is closed once its last window was answered.
///
/// Threading: `offer` and `check` may be called by any thread and never block; `swap` and `close` belong to the
/// application.
final class Encoders implements EncodeQueue, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Encoders.class);

    /// Starts the batcher of an encoder.
    interface Starter {
        WindowBatcher start(AudioEncoder encoder);
    }

    /// @param bundle closed after the encoder
    private record Member(Tagging tagging, String device, WindowBatcher batcher, AutoCloseable bundle) {

        void closeBundle() {
            try {
                bundle.close();
            } catch (Exception e) {
                log.warn("the bundle {} did not close", tagging.bundleName(), e);
            }
        }
    }

    private final Starter starter;
    private final List<Member> before = new CopyOnWriteArrayList<>(); // replaced and not closed yet
    private volatile Member current;

    /// @param encoder closed at its end, and then `bundle`
    Encoders(Starter starter, Tagging tagging, AudioEncoder encoder, AutoCloseable bundle) {
        this.starter = starter;
        this.current = new Member(tagging, encoder.device(), starter.start(encoder), bundle);
    }

    /// Windows of the bundle before are answered to the last; those that are cut from now on come to the new one.
    ///
    /// @param tagging what windows of the new bundle carry
    /// @param encoder closed at its end, and then `bundle`; both also if this fails
    /// @param change makes windows be cut for the new bundle; if it throws, nothing has changed
    void swap(Tagging tagging, AudioEncoder encoder, AutoCloseable bundle, Runnable change)
            throws InterruptedException {
        Member old = current;
        Member next = new Member(tagging, encoder.device(), starter.start(encoder), bundle);
        try {
            change.run();
        } catch (RuntimeException | Error e) {
            next.batcher().close();
            next.closeBundle();
            throw e;
        }
        before.add(old);
        current = next;
        old.batcher().retire(() -> {
            if (before.remove(old)) {
                old.closeBundle();
                log.info(
                        "the last window of bundle {} was answered",
                        old.tagging().bundleName());
            }
        });
    }

    @Override
    public boolean offer(PendingWindow window, Mailbox answerTo) {
        Member now = current;
        return now.tagging().sameBundle(window.tagging()) && now.batcher().offer(window, answerTo);
    }

    @Override
    public void check() {
        current.batcher().check();
        before.forEach(member -> member.batcher().check());
    }

    boolean isLost() {
        return current.batcher().isLost()
                || before.stream().anyMatch(member -> member.batcher().isLost());
    }

    /// Windows that wait.
    int waiting() {
        return current.batcher().waiting()
                + before.stream().mapToInt(member -> member.batcher().waiting()).sum();
    }

    /// Where the bundle in use runs.
    String device() {
        return current.device();
    }

    /// Bundles whose encoders are not closed: one, but for a moment after a swap.
    int open() {
        return 1 + before.size();
    }

    /// Closes all of them. What still waits is dropped: its owners are gone.
    @Override
    public void close() {
        before.add(current);
        for (Member member : List.copyOf(before)) {
            member.batcher().close();
            if (before.remove(member)) {
                member.closeBundle();
            }
        }
    }
}

package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.tag.Tag;
import io.undertone.window.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Windows of all tasks of the process meet here and go to the encoder together.
///
/// A batch is closed when it is full, or `linger` after its oldest window was submitted, whichever comes first;
/// while the encoder runs the queue fills by itself, so that under load batches are full without waiting. A
/// batch on which the encoder fails is tried again window by window, once: a single bad window then costs its
/// neighbours nothing but time. A run that does not come back within the time-out makes the encoder lost: its thread
/// may be stuck in native code, where nothing can interrupt it.
///
/// Before it is encoded, the bundle's speech detector listens to a batch. Windows in which it hears nobody are answered
/// at once, and the encoder gets the others.
///
/// Threading: `offer` and `check` may be called by any thread and never block. One daemon thread owns the encoder and
/// never touches an object of Kafka; another one watches it.
final class WindowBatcher implements EncodeQueue, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WindowBatcher.class);

    /// How long the thread of a hanging encoder is waited for when the batcher closes, and that of a healthy one.
    private static final Duration CLOSE_LOST = Duration.ofMillis(100);

    private static final Duration CLOSE = Duration.ofSeconds(30);

    /// @param maxBatch windows of one run at most
    /// @param linger how long the oldest window of a batch waits for others
    /// @param queueBound windows that wait at most
    /// @param timeout after which a run is taken to hang
    record Rules(int maxBatch, Duration linger, int queueBound, Duration timeout) {}

    private sealed interface Item {}

    /// @param window with what is known of its speech by now
    private record Request(PendingWindow pending, Window window, Mailbox answerTo, long submittedNanos)
            implements Item {

        Request heard(Window heard) {
            return new Request(pending, heard, answerTo, submittedNanos);
        }
    }

    /// Behind it nothing comes.
    private record Last(Runnable afterwards) implements Item {}

    private final AudioEncoder encoder;
    private final Rules rules;
    private final TaggerCounters counters;
    private final LongSupplier nanoTime;
    private final BlockingQueue<Item> queue;
    private final RunWatch watch;
    private final Thread thread;
    private final Thread watcher;
    private final ReentrantLock gate = new ReentrantLock(); // between offer and retire
    private boolean retired;
    private @Nullable Last last; // taken from the queue; the thread's own
    private volatile boolean closed;
    private volatile @Nullable EncoderLostException lost;

    private WindowBatcher(AudioEncoder encoder, Rules rules, TaggerCounters counters, LongSupplier nanoTime) {
        this.encoder = encoder;
        this.rules = rules;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.queue = new ArrayBlockingQueue<>(rules.queueBound());
        this.watch = new RunWatch(rules.timeout());
        this.thread = Thread.ofPlatform().daemon().name("undertone-batcher").unstarted(this::run);
        this.watcher =
                Thread.ofPlatform().daemon().name("undertone-encoder-watch").unstarted(this::watch);
    }

    /// @param encoder closed together with the batcher
    /// @param nanoTime a clock like [System#nanoTime]
    static WindowBatcher start(AudioEncoder encoder, Rules rules, TaggerCounters counters, LongSupplier nanoTime) {
        WindowBatcher batcher = new WindowBatcher(encoder, rules, counters, nanoTime);
        batcher.thread.start();
        batcher.watcher.start();
        return batcher;
    }

    @Override
    public boolean offer(PendingWindow window, Mailbox answerTo) {
        gate.lock();
        try {
            return !retired && queue.offer(new Request(window, window.window(), answerTo, nanoTime.getAsLong()));
        } finally {
            gate.unlock();
        }
    }

    /// Takes no window any more, answers those that it has, and closes the encoder then. Returns before that.
    ///
    /// @param afterwards run by the batcher's thread; not if it is closed before, or the encoder is lost
    void retire(Runnable afterwards) throws InterruptedException {
        gate.lock();
        try {
            retired = true;
        } finally {
            gate.unlock();
        }
        Last end = new Last(afterwards);
        while (thread.isAlive() && !queue.offer(end, 100, TimeUnit.MILLISECONDS)) {
            log.debug("the queue of {} is full", encoder.device());
        }
    }

    @Override
    public void check() {
        EncoderLostException reason = lost;
        if (reason != null) {
            throw new EncoderLostException("the encoder was lost", reason);
        }
    }

    boolean isLost() {
        return lost != null;
    }

    /// Windows that wait.
    int waiting() {
        return queue.size();
    }

    /// Ends the thread after the batch that runs and closes the encoder. What still waits is dropped: its owners are
    /// gone.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        watcher.interrupt();
        try {
            thread.join(isLost() ? CLOSE_LOST : CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("the encoder ({}) did not come back from its last batch; leaving it behind", encoder.device());
            return;
        }
        if (last == null || lost != null) {
            encoder.close();
        }
    }

    private void run() {
        try {
            while (!closed && !isLost() && last == null) {
                encode(spoken(gather()));
            }
        } catch (InterruptedException _) {
            // close() asked for it
        } catch (EncoderLostException e) {
            lose(e);
        } catch (RuntimeException | Error e) {
            lose(new EncoderLostException("the batcher's thread died: " + e, e));
        }
    }

    private synchronized void lose(EncoderLostException why) {
        if (lost == null) {
            lost = why;
            log.error("{}", why.getMessage(), why);
        }
    }

    private void watch() {
        try {
            while (!closed && !isLost() && thread.isAlive()) {
                Thread.sleep(watch.interval());
                if (watch.overdue(TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()))) {
                    TimeoutException where = new TimeoutException("this is where it hangs");
                    where.setStackTrace(thread.getStackTrace());
                    lose(new EncoderLostException(
                            "the encoder (" + encoder.device() + ") did not come back from a run within "
                                    + rules.timeout().toSeconds() + " s (inference.timeout)",
                            where));
                }
            }
        } catch (InterruptedException _) {
            // close() asked for it
        }
        Last end = last;
        if (end != null && lost == null) {
            encoder.close();
            end.afterwards().run();
        }
    }

    private List<Request> gather() throws InterruptedException {
        List<Request> batch = new ArrayList<>(rules.maxBatch());
        @Nullable Item next = queue.take();
        long deadline = next instanceof Request oldest
                ? oldest.submittedNanos() + rules.linger().toNanos()
                : nanoTime.getAsLong();
        while (next instanceof Request request) {
            batch.add(request);
            next = batch.size() == rules.maxBatch()
                    ? null
                    : queue.poll(Math.max(0, deadline - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
        }
        if (next instanceof Last end) {
            last = end;
        }
        batch.removeIf(request -> !request.answerTo().isOpen());
        return batch;
    }

    /// Those of a batch in which somebody speaks; the others are answered.
    private List<Request> spoken(List<Request> batch) {
        if (batch.isEmpty()) {
            return batch;
        }
        List<Window> heard = listened(windows(batch));
        List<Request> spoken = new ArrayList<>(batch.size());
        for (int i = 0; i < heard.size(); i++) {
            Request request = batch.get(i).heard(heard.get(i));
            PendingWindow pending = request.pending();
            Optional<Tag> tag = pending.tagging().tagger().abstainUnspoken(request.window());
            if (tag.isPresent()) {
                request.answerTo().deliver(new EncodeResult.Unspoken(pending, tag.get()));
            } else {
                spoken.add(request);
            }
        }
        counters.unspoken(batch.size() - spoken.size());
        return spoken;
    }

    private List<Window> listened(List<Window> windows) {
        watch.begin();
        try {
            return encoder.listen(windows);
        } finally {
            watch.end();
        }
    }

    private static List<Window> windows(List<Request> batch) {
        return batch.stream().map(Request::window).toList();
    }

    private void encode(List<Request> batch) {
        if (batch.isEmpty()) {
            return;
        }
        counters.batch(batch.size());
        if (!tryEncode(batch)) {
            for (Request single : batch) {
                if (!tryEncode(List.of(single))) {
                    single.answerTo().deliver(new EncodeResult.Failed(single.pending()));
                }
            }
        }
    }

    /// @return false if the encoder failed, and nothing was delivered
    private boolean tryEncode(List<Request> batch) {
        List<Window> windows = windows(batch);
        List<Encoding> encodings;
        try {
            encodings = watched(windows);
            requireSane(encodings, windows.size());
        } catch (EncodingException e) {
            if (e.deviceLost()) {
                throw new EncoderLostException("the device " + encoder.device() + " was lost: " + e.getMessage(), e);
            }
            return failed(batch, e);
        } catch (RuntimeException e) {
            return failed(batch, e);
        }
        for (int i = 0; i < encodings.size(); i++) {
            Request request = batch.get(i);
            request.answerTo().deliver(new EncodeResult.Encoded(request.pending(), request.window(), encodings.get(i)));
        }
        return true;
    }

    private List<Encoding> watched(List<Window> windows) {
        long start = nanoTime.getAsLong();
        watch.begin();
        try {
            return encoder.encode(windows);
        } finally {
            watch.end();
            counters.encoded(Duration.ofNanos(nanoTime.getAsLong() - start));
        }
    }

    private boolean failed(List<Request> batch, RuntimeException e) {
        log.warn("the encoder ({}) failed on a batch of {}: {}", encoder.device(), batch.size(), e.toString());
        return false;
    }

    private static void requireSane(List<Encoding> encodings, int expected) {
        if (encodings.size() != expected) {
            throw new IllegalStateException("the encoder must give " + expected + " encodings: " + encodings.size());
        }
        for (Encoding encoding : encodings) {
            if (!Double.isFinite(encoding.valence()) || !Double.isFinite(encoding.arousal())) {
                throw new IllegalStateException("the encoder must give finite numbers: valence " + encoding.valence()
                        + ", arousal " + encoding.arousal());
            }
        }
    }
}

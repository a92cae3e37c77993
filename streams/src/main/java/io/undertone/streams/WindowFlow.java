package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.tag.Tag;
import io.undertone.window.ChannelCursor;
import io.undertone.window.Window;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of a task's windows to the encoder and back, and out in order.
///
/// A window keeps its place in the order of its channel from the moment it is cut. Answers settle places; the
/// settled head of a channel is published at once, so a slow window holds back its own channel alone. At the
/// bound no more windows are cut: channels that have some are hungry and are fed as room comes.
///
/// Threading: owned by the task's stream thread.
final class WindowFlow {

    /// Gets each tag, in the order of its channel, in the transaction of its cursor.
    interface TagListener {

        /// @param window that it is of; its audio is still in the journal
        void tagged(LiveChannel.Scored channel, PendingWindow window, EmotionTag tag);
    }

    private final Supplier<Tagging> tagging;
    private final int pendingBound;
    private final EncodeQueue encoder;
    private final Mailbox mailbox;
    private final ChannelJournal journal;
    private final InFlight inFlight;
    private final TagListener onTag;
    private final TaggerCounters counters;
    private final Consumer<LiveChannel.Scored> onFinished;

    private final Deque<PendingWindow> unsubmitted = new ArrayDeque<>(); // the encoder had no room for them
    private final Set<LiveChannel.Scored> hungry = new LinkedHashSet<>(); // may have windows that are not cut yet
    private int pending; // cut and not published, over all channels

    /// @param inFlight told of windows that are cut and published
    /// @param tagging asked for each window that is cut
    /// @param onFinished told of a channel whose last tag was published
    WindowFlow(
            Supplier<Tagging> tagging,
            ChannelRules rules,
            EncodeQueue encoder,
            Mailbox mailbox,
            ChannelJournal journal,
            InFlight inFlight,
            TaggerCounters counters,
            TagListener onTag,
            Consumer<LiveChannel.Scored> onFinished) {
        this.tagging = tagging;
        this.pendingBound = rules.pendingBound();
        this.encoder = encoder;
        this.mailbox = mailbox;
        this.journal = journal;
        this.inFlight = inFlight;
        this.counters = counters;
        this.onTag = onTag;
        this.onFinished = onFinished;
    }

    /// Something is in flight or waits for room.
    boolean busy() {
        return pending > 0 || !hungry.isEmpty();
    }

    private void count(int change) {
        pending += change;
        inFlight.add(change);
    }

    /// The task closes: what is in flight is its next owner's.
    void close() {
        count(-pending);
    }

    /// There is no room for windows that are ready.
    boolean full() {
        return !hungry.isEmpty() && (pending >= pendingBound || !unsubmitted.isEmpty());
    }

    /// Takes a channel back from the journal: its windows are cut with the next [#drain].
    void restored(LiveChannel.Scored channel) {
        hungry.add(channel);
    }

    /// Nothing more of the channel is published: its windows leave their places, its audio leaves the store,
    /// and answers that still come for it are not heard.
    void drop(LiveChannel.Scored channel) {
        channel.drop();
        count(-channel.order().size());
        channel.order().clear();
        unsubmitted.removeIf(window -> window.channel() == channel);
        hungry.remove(channel);
        deleteChunks(channel);
    }

    /// Does what the channel has become ready for, writes where it stands and deletes what nothing needs any
    /// more: all in the transaction of the record or punctuator that led here.
    void advance(LiveChannel.Scored channel) {
        cut(channel);
        if (!publish(channel)) {
            write(channel, channel.windower().cursor());
        }
        if (channel.windower().finished() && channel.order().isEmpty()) {
            deleteChunks(channel);
            hungry.remove(channel);
            onFinished.accept(channel);
        }
    }

    private void deleteChunks(LiveChannel.Scored channel) {
        channel.marks().keySet().forEach(sequence -> journal.deleteChunk(channel.id(), sequence));
        channel.marks().clear();
    }

    /// Takes the encoder's answers, publishes what they complete and fills the room that they leave. Never
    /// waits.
    void drain() {
        encoder.check();
        Set<LiveChannel.Scored> answered = new LinkedHashSet<>();
        for (EncodeResult result : mailbox.takeAll()) {
            PendingWindow window = result.pending();
            if (window.channel().isDropped()) {
                continue;
            }
            Tagging with = window.tagging();
            switch (result) {
                case EncodeResult.Encoded encoded ->
                    window.settle(
                            with.tagger().tag(encoded.heard(), encoded.encoding(), with.bank()), encoded.encoding());
                case EncodeResult.Unspoken unspoken -> window.settle(unspoken.tag());
                case EncodeResult.Failed _ -> window.settle(with.tagger().encoderFailed(window.window()));
            }
            answered.add(window.channel());
        }
        while (!unsubmitted.isEmpty() && resubmit(unsubmitted.getFirst())) {
            unsubmitted.removeFirst();
        }
        answered.forEach(this::advance);
        for (int turns = hungry.size(); turns > 0 && !full(); turns--) {
            LiveChannel.Scored channel = hungry.iterator().next();
            hungry.remove(channel);
            advance(channel);
        }
    }

    /// Cuts windows while there is room for them, and the process is not about to stop.
    private void cut(LiveChannel.Scored channel) {
        while (pending < pendingBound && unsubmitted.isEmpty() && !inFlight.isStopping()) {
            @Nullable Window window = channel.windower().next();
            if (window == null) {
                hungry.remove(channel);
                return;
            }
            counters.window();
            count(1);
            Tagging with = tagging.get();
            PendingWindow place = new PendingWindow(channel, window, with);
            channel.order().add(place);
            with.tagger().abstainEarly(window).ifPresentOrElse(place::settle, () -> submit(place));
        }
        hungry.add(channel);
    }

    private void submit(PendingWindow window) {
        if (!encoder.offer(window, mailbox)) {
            unsubmitted.add(window);
        }
    }

    /// The bundle that the window was cut under may have gone while there was no room for it. It takes what is current,
    /// which changes no order: nothing is cut behind a window that waits.
    private boolean resubmit(PendingWindow window) {
        window.retag(tagging.get());
        return encoder.offer(window, mailbox);
    }

    /// Publishes, in order, every tag of the channel that has no open one before it, and moves the cursor.
    ///
    /// @return whether something was published
    private boolean publish(LiveChannel.Scored channel) {
        long last = -1;
        @Nullable PendingWindow head = channel.order().peekFirst();
        while (head != null && head.tag() != null) {
            Tag tag = Objects.requireNonNull(head.tag());
            onTag.tagged(channel, head, head.tagging().records().record(channel, tag));
            last = head.window().index();
            count(-1);
            channel.order().removeFirst();
            head = channel.order().peekFirst();
        }
        if (last < 0) {
            return false;
        }
        write(channel, channel.windower().cursorAfter(last));
        return true;
    }

    private void write(LiveChannel.Scored channel, ChannelCursor cursor) {
        byte[] state = new ChannelState.Open(
                        channel.role(),
                        channel.lastSequence(),
                        channel.run(),
                        channel.latestMillis(),
                        channel.ledger().known(),
                        cursor)
                .toBytes();
        if (channel.toWrite(state)) {
            journal.putState(channel.id(), state);
        }
        SortedMap<Long, LiveChannel.Scored.Mark> unneeded =
                channel.marks().headMap(channel.windower().firstNeededSequence(cursor));
        unneeded.keySet().forEach(sequence -> journal.deleteChunk(channel.id(), sequence));
        unneeded.clear();
    }
}

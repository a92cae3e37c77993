package io.undertone.streams;

import io.undertone.schemas.Role;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelCursor;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A channel that has not ended. Mutable; owned by the task's stream thread.
abstract sealed class LiveChannel {

    private final ChannelId id;
    private final Role role;
    private final Ledger ledger;
    private long lastSeenMillis;

    private LiveChannel(ChannelId id, Role role, Ledger ledger, long nowMillis) {
        this.id = id;
        this.role = role;
        this.ledger = ledger;
        this.lastSeenMillis = nowMillis;
    }

    ChannelId id() {
        return id;
    }

    Role role() {
        return role;
    }

    Ledger ledger() {
        return ledger;
    }

    /// Why a chunk of another role is refused.
    BadChunk roleChanged(Role other) {
        return new BadChunk(
                BadChunk.Reason.FORMAT_CHANGED,
                "role must stay that of the channel's first chunk, " + role + ": " + other);
    }

    /// @param nowMillis time of the task's [IdleClock]
    void seen(long nowMillis) {
        lastSeenMillis = nowMillis;
    }

    long idleMillis(long nowMillis) {
        return nowMillis - lastSeenMillis;
    }

    /// Audio that the policy does not let us look at: only counted.
    static final class Blocked extends LiveChannel {

        Blocked(ChannelId id, Role role, Ledger ledger, long nowMillis) {
            super(id, role, ledger, nowMillis);
        }
    }

    /// Audio that is cut into windows.
    static final class Scored extends LiveChannel {

        /// Where a stored chunk lies and when it ended, by the gateway's clock.
        ///
        /// @param consented whether consent had been given when it was read
        record Mark(
                long firstSample,
                long endSample,
                int sampleRateHz,
                long capturedAtMillis,
                boolean consented,
                @Nullable String trace) {

            boolean overlaps(long startMillis, long endMillis) {
                return firstSample * 1000 < endMillis * sampleRateHz && endSample * 1000 > startMillis * sampleRateHz;
            }

            boolean reaches(long callMillis) {
                return endSample * 1000 >= callMillis * sampleRateHz;
            }

            long wallClockOf(long callMillis) {
                return capturedAtMillis - (endSample * 1000 / sampleRateHz - callMillis);
            }
        }

        private final ChannelWindower windower;
        private final Deque<PendingWindow> order = new ArrayDeque<>();
        private final NavigableMap<Long, Mark> marks = new TreeMap<>(); // by sequence, of the chunks in the store
        private long lastSequence;
        private GatewayRun run;
        private long latestMillis;
        private @Nullable Mark latest; // of the chunk that reaches farthest, also once it is not in the store any more
        private byte[] writtenState = {};
        private boolean dropped;

        /// @param lastSequence largest that was accepted, -1 before the first
        /// @param run of the gateway
        /// @param latestMillis when the last heard sample was captured, [Long#MIN_VALUE] before the first
        Scored(
                ChannelId id,
                Role role,
                Ledger ledger,
                ChannelWindower windower,
                long lastSequence,
                GatewayRun run,
                long latestMillis,
                long nowMillis) {
            super(id, role, ledger, nowMillis);
            this.windower = windower;
            this.lastSequence = lastSequence;
            this.run = run;
            this.latestMillis = latestMillis;
        }

        /// A channel from which nothing was heard before.
        static Scored begin(ChannelId id, Role role, Ledger ledger, ChannelWindower windower, long nowMillis) {
            return new Scored(id, role, ledger, windower, -1, GatewayRun.FIRST, Long.MIN_VALUE, nowMillis);
        }

        ChannelWindower windower() {
            return windower;
        }

        void accepted(StoredChunk stored) {
            Chunk chunk = stored.chunk();
            int sampleRateHz = chunk.format().sampleRateHz();
            Mark mark = new Mark(
                    chunk.firstSample(),
                    chunk.endSample(),
                    sampleRateHz,
                    stored.capturedAtMillis(),
                    stored.consented(),
                    stored.trace());
            marks.put(chunk.sequence(), mark);
            if (latest == null || mark.endSample() >= latest.endSample()) {
                latest = mark;
            }
            lastSequence = Math.max(lastSequence, chunk.sequence());
        }

        long lastSequence() {
            return lastSequence;
        }

        /// By what a gateway's numbers become those of the channel.
        GatewayRun run() {
            return run;
        }

        /// When the last sample that was heard was captured, by the gateway's clock as far as it is believed.
        long latestMillis() {
            return latestMillis;
        }

        void heardAt(long capturedAtMillis) {
            latestMillis = Math.max(latestMillis, capturedAtMillis);
        }

        /// The gateway counts from 0 again: what it sends goes on behind what was heard. What is missing before does
        /// not come any more.
        ///
        /// @param startedAtMillis when it began to capture, by its clock
        void beginAgain(long startedAtMillis) {
            windower.closeGaps();
            ChannelCursor end = windower.cursor();
            run = new GatewayRun(end.nextSequence(), end.nextSample(), startedAtMillis);
        }

        /// Windows that were cut and whose tags are not published, in their order.
        Deque<PendingWindow> order() {
            return order;
        }

        /// Nothing more is published of it.
        void drop() {
            dropped = true;
        }

        boolean isDropped() {
            return dropped;
        }

        /// Sequences of the chunks in the store.
        NavigableMap<Long, Mark> marks() {
            return marks;
        }

        /// The chunk that completed a window: the first that reaches its end.
        ///
        /// @param endMillis end of the window in call time
        Optional<Mark> completing(long endMillis) {
            return marks.values().stream()
                    .filter(mark -> mark.reaches(endMillis))
                    .findFirst();
        }

        /// Whether all chunks whose audio lies in a window that is not published yet were read after consent was given.
        ///
        /// @param startMillis of the window in call time
        /// @param endMillis of the window in call time
        boolean consentedTo(long startMillis, long endMillis) {
            List<Mark> heard = marks.values().stream()
                    .filter(mark -> mark.overlaps(startMillis, endMillis))
                    .toList();
            return !heard.isEmpty() && heard.stream().allMatch(Mark::consented);
        }

        /// The moment, by the gateway's clock, at which a window ended; of a padded one, at which it would have ended.
        ///
        /// @param endMillis end of the window in call time
        /// @param ifUnknown taken when no chunk of the channel is known
        long wallClockOf(long endMillis, long ifUnknown) {
            Optional<Mark> mark = completing(endMillis).or(() -> Optional.ofNullable(latest));
            return mark.map(at -> at.wallClockOf(endMillis)).orElse(ifUnknown);
        }

        /// What is remembered of it once its last tag is published; empty while more of its audio may come. A chunk
        /// that comes in between is judged by it: how far the encoder is must not matter.
        Optional<ChannelState.Finished> ended() {
            return windower.waiting()
                    ? Optional.empty()
                    : Optional.of(new ChannelState.Finished(
                            role(), lastSequence - run.firstSequence(), latestMillis, Long.MAX_VALUE));
        }

        /// Whether this differs from what was written last; if so, it counts as written.
        boolean toWrite(byte[] state) {
            if (Arrays.equals(writtenState, state)) {
                return false;
            }
            writtenState = state;
            return true;
        }
    }
}

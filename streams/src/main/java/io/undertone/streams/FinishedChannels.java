package io.undertone.streams;

import io.undertone.schemas.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Channels that have ended, remembered for a while so that a late duplicate does not start one anew. Owned by
/// the task's stream thread.
final class FinishedChannels {

    /// A marker in the journal.
    record Marker(ChannelId id, long expiresAtMillis) {}

    private final ChannelJournal journal;
    private final Duration remember;
    private final Consumer<ChannelId> onForgotten;
    private final Deque<Marker> markers = new ArrayDeque<>(); // soonest to expire first

    /// @param known markers that the journal holds
    /// @param onForgotten told of a channel that is not remembered any more
    FinishedChannels(ChannelJournal journal, Duration remember, List<Marker> known, Consumer<ChannelId> onForgotten) {
        this.journal = journal;
        this.remember = remember;
        this.onForgotten = onForgotten;
        known.stream().sorted(Comparator.comparingLong(Marker::expiresAtMillis)).forEach(markers::add);
    }

    /// @param lastSequence largest that was accepted, in the numbers of the gateway
    /// @param latestMillis when the last sample that was heard was captured
    void add(ChannelId id, Role role, long lastSequence, long latestMillis, long wallClockMillis) {
        long expires = wallClockMillis + remember.toMillis();
        journal.putState(id, new ChannelState.Finished(role, lastSequence, latestMillis, expires).toBytes());
        markers.add(new Marker(id, expires));
    }

    Optional<ChannelState.Finished> find(ChannelId id, long wallClockMillis) {
        return journal.stateOf(id)
                .map(state -> state instanceof ChannelState.Finished finished ? finished : null)
                .filter(finished -> finished.expiresAtMillis() > wallClockMillis);
    }

    /// Deletes what has been remembered long enough. A channel that has begun anew since is left alone.
    void expire(long wallClockMillis) {
        while (!markers.isEmpty() && markers.getFirst().expiresAtMillis() <= wallClockMillis) {
            ChannelId id = markers.removeFirst().id();
            journal.stateOf(id)
                    .filter(state -> state instanceof ChannelState.Finished finished
                            && finished.expiresAtMillis() <= wallClockMillis)
                    .ifPresent(_ -> {
                        journal.forget(id);
                        onForgotten.accept(id);
                    });
        }
    }
}

package io.undertone.streams;

import io.undertone.schemas.CallEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// What events said of the calls of a task. Kept for a while after a call's last sign of life, so that a withdrawal is
/// still obeyed when audio comes late. Owned by the task's stream thread.
final class CallBook {

    private record Reminder(String callId, long dueMillis) {}

    private final KeyValueStore<Bytes, byte[]> store;
    private final Duration remember;
    private final Function<ChannelId, Standing> minded;
    private final Deque<Reminder> reminders = new ArrayDeque<>(); // soonest first

    /// @param minded holds whatever events have been read
    CallBook(KeyValueStore<Bytes, byte[]> store, Duration remember, Function<ChannelId, Standing> minded) {
        this.store = store;
        this.remember = remember;
        this.minded = minded;
        List<Reminder> known = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                String callId = new String(entry.key.get(), StandardCharsets.UTF_8);
                known.add(new Reminder(callId, due(CallState.fromBytes(entry.value))));
            }
        }
        known.stream().sorted(Comparator.comparingLong(Reminder::dueMillis)).forEach(reminders::add);
    }

    Standing standing(ChannelId id) {
        return find(id.callId())
                .map(call -> call.of(id.channel()))
                .orElse(Standing.NEW)
                .with(minded.apply(id));
    }

    void take(CallEvent event, long nowMillis) {
        CallState before = find(event.getCallId()).orElseGet(() -> CallState.unknown(nowMillis));
        put(event.getCallId(), before.after(event, nowMillis));
    }

    /// Forgets everything but that the call must not be scored.
    void erase(String callId, long nowMillis) {
        put(callId, CallState.erased(nowMillis));
    }

    /// A channel of the call has ended; the time until it is forgotten begins anew.
    void seen(String callId, long nowMillis) {
        find(callId).ifPresent(call -> put(callId, call.seen(nowMillis)));
    }

    boolean hasEnded(String callId) {
        return find(callId).map(CallState::ended).orElse(false);
    }

    /// Forgets calls that gave no sign of life for long enough.
    ///
    /// @param live whether channels of a call are open
    void expire(long nowMillis, Predicate<String> live) {
        while (!reminders.isEmpty() && reminders.getFirst().dueMillis() <= nowMillis) {
            String callId = reminders.removeFirst().callId();
            Optional<CallState> call = find(callId);
            if (call.isPresent() && live.test(callId)) {
                put(callId, call.get().seen(nowMillis));
            } else if (call.isPresent() && due(call.get()) <= nowMillis) {
                store.delete(key(callId));
            }
        }
    }

    private void put(String callId, CallState call) {
        store.put(key(callId), call.toBytes());
        reminders.add(new Reminder(callId, due(call)));
    }

    private long due(CallState call) {
        return call.seenMillis() + remember.toMillis();
    }

    private Optional<CallState> find(String callId) {
        return Optional.ofNullable(store.get(key(callId))).map(CallState::fromBytes);
    }

    private static Bytes key(String callId) {
        return Bytes.wrap(callId.getBytes(StandardCharsets.UTF_8));
    }
}

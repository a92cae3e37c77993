package io.undertone.streams;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The audio that was there at one moment, of all calls or of some. A withdrawal or an erasure holds for all audio of
/// a call, wherever it stands on the topic of events and also when it comes while the calls are scored: at the time of
/// the call it was not known yet, now it is. Of notices, consents and pauses the order of reading decides, as ever.
///
/// Thread safe: tasks ask, and whoever drives the scoring tells.
final class PastCalls implements Scope {

    private final String audioTopic;
    private final Map<Integer, Long> ends;
    private final Set<String> calls;
    private final Map<String, CallState> withdrawn = new ConcurrentHashMap<>(); // by call id
    private final Set<Integer> over = ConcurrentHashMap.newKeySet();
    private final Set<Integer> resting = ConcurrentHashMap.newKeySet();

    /// @param ends by partition of the audio topic that holds records, the offset behind the last of them
    /// @param calls that are read; empty: all
    PastCalls(String audioTopic, Map<Integer, Long> ends, Set<String> calls) {
        this.audioTopic = audioTopic;
        this.ends = Map.copyOf(ends);
        this.calls = Set.copyOf(calls);
    }

    /// An event of any time.
    void mind(CallEvent event) {
        if (event.getType() == CallEventType.WITHDRAWN || event.getType() == CallEventType.ERASED) {
            withdrawn.compute(
                    event.getCallId(), (_, before) -> (before == null ? CallState.unknown(0) : before).after(event, 0));
        }
    }

    /// Calls of which all or a channel was withdrawn or erased.
    int withdrawnCalls() {
        return withdrawn.size();
    }

    /// The audio of a partition was read to the end, and that is committed.
    void over(int partition) {
        over.add(partition);
    }

    /// Everything was read, and everything that follows from it was published.
    boolean isDone() {
        return over.containsAll(ends.keySet()) && resting.containsAll(ends.keySet());
    }

    @Override
    public boolean holds(String topic, int partition, long offset, String key) {
        return (calls.isEmpty() || calls.contains(key))
                && (!topic.equals(audioTopic) || offset < ends.getOrDefault(partition, 0L));
    }

    @Override
    public Standing minded(ChannelId id) {
        return Optional.ofNullable(withdrawn.get(id.callId()))
                .map(call -> call.of(id.channel()))
                .orElse(Standing.NEW);
    }

    @Override
    public boolean isOver(int partition) {
        return over.contains(partition);
    }

    @Override
    public void rests(int partition, boolean rests) {
        if (rests) {
            resting.add(partition);
        } else {
            resting.remove(partition);
        }
    }
}

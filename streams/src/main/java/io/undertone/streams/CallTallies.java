package io.undertone.streams;

import io.undertone.schemas.CallSummary;
import io.undertone.schemas.ChannelSummary;
import io.undertone.schemas.EmotionTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Sums up the tags of a task's calls: a running summary every so much call time, and a last one when no channel of
/// the call is open any more. The tallies change in the transaction of the tags that they count.
///
/// A tally is kept as long as the marker of its channel, so that a channel that begins while its call is still
/// remembered finds the others.
///
/// Threading: owned by the task's stream thread.
final class CallTallies {

    private final KeyValueStore<Bytes, byte[]> store;
    private final TaskOutput output;
    private final long everyMillis;
    private final long hopMillis;
    private final Map<ChannelId, ChannelTally> open = new HashMap<>(); // of live channels, as they are stored

    /// @param every call time between running summaries of a channel
    /// @param hopMillis from one window to the next
    CallTallies(KeyValueStore<Bytes, byte[]> store, TaskOutput output, Duration every, long hopMillis) {
        this.store = store;
        this.output = output;
        this.everyMillis = every.toMillis();
        this.hopMillis = hopMillis;
    }

    void add(LiveChannel.Scored channel, EmotionTag tag) {
        ChannelId id = channel.id();
        ChannelTally tally = open.computeIfAbsent(id, _ -> stored(channel));
        tally.add(tag);
        boolean due = tally.due(everyMillis);
        store.put(id.key(), tally.toBytes());
        if (due) {
            publish(id.callId(), false);
        }
    }

    private ChannelTally stored(LiveChannel.Scored channel) {
        byte @Nullable [] bytes = store.get(channel.id().key());
        return bytes == null ? ChannelTally.begin(channel.role(), hopMillis) : ChannelTally.fromBytes(bytes);
    }

    /// @param last whether it was the last open channel of its call
    void ended(ChannelId id, boolean last) {
        open.remove(id);
        if (last) {
            publish(id.callId(), true);
        }
    }

    /// The marker of a channel that has ended is gone.
    void forget(ChannelId id) {
        store.delete(id.key());
    }

    /// Deletes all that is kept of the call, and its summary from the topic.
    void erase(String callId) {
        open.keySet().removeIf(id -> id.callId().equals(callId));
        keys(callId).forEach(store::delete);
        output.eraseSummary(callId);
    }

    private void publish(String callId, boolean finished) {
        List<ChannelSummary> channels = new ArrayList<>();
        @Nullable ChannelTally latest = null;
        for (Bytes key : keys(callId)) {
            byte @Nullable [] bytes = store.get(key);
            if (bytes != null) {
                ChannelTally tally = ChannelTally.fromBytes(bytes);
                channels.add(tally.summary(ChannelId.fromKey(key).channel()));
                latest = latest == null || tally.endMillis() >= latest.endMillis() ? tally : latest;
            }
        }
        if (latest == null) {
            return; // nothing of the call was tagged
        }
        output.summary(CallSummary.newBuilder()
                .setCallId(callId)
                .setChannels(channels)
                .setFinished(finished)
                .setModel(Objects.requireNonNull(latest.model()))
                .setPromptBank(Objects.requireNonNull(latest.bank())));
    }

    private List<Bytes> keys(String callId) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.prefixScan(ChannelId.callKey(callId), new BytesSerializer())) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> entry = range.next();
                keys.add(entry.key);
            }
        }
        return keys;
    }
}

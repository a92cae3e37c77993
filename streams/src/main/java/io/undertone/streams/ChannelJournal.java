package io.undertone.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The two stores of a task: the audio that is still needed, and where each channel stands. Together they are
/// the journal from which everything in flight is made again: chunks and cursor change in the transaction of
/// the tag they gave.
///
/// Threading: owned by the task's stream thread.
final class ChannelJournal {

    private final KeyValueStore<Bytes, byte[]> chunks;
    private final KeyValueStore<Bytes, byte[]> channels;

    ChannelJournal(KeyValueStore<Bytes, byte[]> chunks, KeyValueStore<Bytes, byte[]> channels) {
        this.chunks = chunks;
        this.channels = channels;
    }

    void putChunk(ChannelId id, StoredChunk chunk) {
        chunks.put(id.chunkKey(chunk.chunk().sequence()), chunk.toBytes());
    }

    void deleteChunk(ChannelId id, long sequence) {
        chunks.delete(id.chunkKey(sequence));
    }

    Optional<StoredChunk> chunk(ChannelId id, long sequence) {
        return Optional.ofNullable(chunks.get(id.chunkKey(sequence)))
                .map(bytes -> StoredChunk.fromBytes(sequence, bytes));
    }

    /// The stored chunks of a channel in the order of their sequence.
    List<StoredChunk> chunksOf(ChannelId id) {
        List<StoredChunk> stored = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = chunks.range(id.chunkKey(0), id.chunkKey(Long.MAX_VALUE))) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> entry = range.next();
                stored.add(StoredChunk.fromBytes(ChannelId.sequenceOf(entry.key), entry.value));
            }
        }
        return stored;
    }

    void putState(ChannelId id, byte[] state) {
        channels.put(id.key(), state);
    }

    Optional<ChannelState> stateOf(ChannelId id) {
        return Optional.ofNullable(channels.get(id.key())).map(ChannelState::fromBytes);
    }

    void forget(ChannelId id) {
        channels.delete(id.key());
    }

    /// Deletes all that the stores hold of a call.
    void erase(String callId) {
        for (KeyValueStore<Bytes, byte[]> store : List.of(chunks, channels)) {
            List<Bytes> keys = new ArrayList<>();
            try (KeyValueIterator<Bytes, byte[]> range =
                    store.prefixScan(ChannelId.callKey(callId), new BytesSerializer())) {
                range.forEachRemaining(entry -> keys.add(entry.key));
            }
            keys.forEach(store::delete);
        }
    }

    void forEachChannel(BiConsumer<ChannelId, ChannelState> action) {
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = channels.all()) {
            all.forEachRemaining(entries::add);
        }
        entries.forEach(entry -> action.accept(ChannelId.fromKey(entry.key), ChannelState.fromBytes(entry.value)));
    }
}

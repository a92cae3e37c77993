package io.undertone.streams;

import io.undertone.model.Encoding;
import io.undertone.model.Sha256;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.schemas.TrainingKeys;
import io.undertone.tag.Tagger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Keeps embeddings to retrain from, of those who consented, and deletes them when consent is withdrawn or the call
/// erased: then, or weeks later. For that the store remembers which windows were kept, as long as the topic has them.
/// An embedding is kept in the transaction of its window's tag.
///
/// What was kept is deleted also when the feed is off by now.
///
/// Threading: owned by the task's stream thread.
final class RetrainingFeed {

    static final String RULE = "retraining-feed";

    /// Half of a window of sound: a padded one with less says little.
    private static final double LEAST_COVERAGE = 0.5;
    /// Channels that one look at the clock asks whether they can be forgotten.
    private static final int SWEPT = 100;

    private final FeedRules rules;
    private final KeyValueStore<Bytes, byte[]> store;
    private final TaskOutput output;
    private @Nullable Bytes swept; // null: begin anew

    RetrainingFeed(FeedRules rules, KeyValueStore<Bytes, byte[]> store, TaskOutput output) {
        this.rules = rules;
        this.store = store;
        this.output = output;
    }

    /// A window that is about to be published.
    ///
    /// @param now what holds for the channel now; read from a store, so asked only where the answer matters
    void offer(LiveChannel.Scored channel, PendingWindow window, EmotionTag tag, Supplier<Standing> now) {
        @Nullable Encoding said = window.encoding();
        if (!rules.enabled() || said == null) {
            return;
        }
        Standing standing = now.get();
        if (!standing.consented() || standing.withdrawn()) {
            return;
        }
        ChannelId id = channel.id();
        String key = TrainingKeys.window(id.callId(), id.channel(), tag.getWindowIndex());
        if (tag.getCoverage() < LEAST_COVERAGE
                || !drawn(key)
                || !channel.consentedTo(tag.getStartMs(), tag.getEndMs())) {
            return;
        }
        output.embedding(channel, key, record(tag, said, standing), tag.getEndMs());
        Terms terms = new Terms(
                PolicyDecision.EMBEDDINGS_KEPT, RULE, standing.noticeTextId(), tag.getModel(), tag.getPromptBank());
        KeptWindows kept = find(id).orElseGet(() -> KeptWindows.none(channel.role()));
        Ledger ledger = new Ledger(kept.ledger());
        output.auditEmbeddings(id, kept.role(), ledger.chunk(terms));
        store.put(
                id.key(),
                kept.with(tag.getWindowIndex(), ledger.known(), output.now()).toBytes());
    }

    /// The same windows in every process and on every replay.
    private boolean drawn(String key) {
        long bits = ByteBuffer.wrap(Sha256.of(key)).getLong() >>> 11; // 53 bits, what a double holds
        return bits * 0x1p-53 < rules.share();
    }

    private static TrainingEmbedding.Builder record(EmotionTag tag, Encoding said, Standing standing) {
        List<Float> values = new ArrayList<>();
        for (float value : said.embedding().toArray()) {
            values.add(value);
        }
        return TrainingEmbedding.newBuilder()
                .setCallId(tag.getCallId())
                .setChannel(tag.getChannel())
                .setWindowIndex(tag.getWindowIndex())
                .setStartMs(tag.getStartMs())
                .setEndMs(tag.getEndMs())
                .setModel(tag.getModel())
                .setEmbedding(values)
                .setValence(Tagger.rounded(said.valence()))
                .setArousal(Tagger.rounded(said.arousal()))
                .setNoticeTextId(standing.noticeTextId())
                .setConsentedAt(standing.consentedAt());
    }

    /// The channel has ended: what was kept of it stays.
    void ended(ChannelId id) {
        find(id).ifPresent(kept -> {
            Ledger ledger = new Ledger(kept.ledger());
            output.auditEmbeddings(id, kept.role(), ledger.close());
            store.put(id.key(), kept.reported(ledger.known()).toBytes());
        });
    }

    /// Deletes what was kept of a call, or of one channel of it.
    ///
    /// @param only the channel; null for all
    void delete(String callId, @Nullable String only) {
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.prefixScan(ChannelId.callKey(callId), new BytesSerializer())) {
            range.forEachRemaining(entries::add);
        }
        for (KeyValue<Bytes, byte[]> entry : entries) {
            ChannelId id = ChannelId.fromKey(entry.key);
            if (only == null || only.equals(id.channel())) {
                delete(id, KeptWindows.fromBytes(entry.value));
            }
        }
    }

    private void delete(ChannelId id, KeptWindows kept) {
        kept.forEachWindow(index -> output.deleteEmbedding(TrainingKeys.window(id.callId(), id.channel(), index)));
        List<Ledger.Entry> entries = new ArrayList<>(new Ledger(kept.ledger()).close());
        entries.add(
                new Ledger.Entry(new Terms(PolicyDecision.EMBEDDINGS_DELETED, RULE, null, null, null), kept.count()));
        output.auditEmbeddings(id, kept.role(), entries);
        store.delete(id.key());
    }

    /// Forgets channels whose embeddings have left the topic by its retention. Looks at some of them at a time: the
    /// store may hold those of weeks.
    void expire(long wallClockMillis) {
        List<Bytes> gone = new ArrayList<>();
        @Nullable Bytes last = null;
        int seen = 0;
        try (KeyValueIterator<Bytes, byte[]> rest = swept == null ? store.all() : store.range(swept, null)) {
            while (rest.hasNext() && seen < SWEPT) {
                KeyValue<Bytes, byte[]> entry = rest.next();
                if (KeptWindows.fromBytes(entry.value).keptAtMillis()
                                + rules.remember().toMillis()
                        <= wallClockMillis) {
                    gone.add(entry.key);
                }
                last = entry.key;
                seen++;
            }
        }
        gone.forEach(store::delete);
        swept = seen < SWEPT ? null : last;
    }

    private Optional<KeptWindows> find(ChannelId id) {
        return Optional.ofNullable(store.get(id.key())).map(KeptWindows::fromBytes);
    }
}

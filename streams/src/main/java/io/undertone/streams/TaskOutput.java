package io.undertone.streams;

import io.undertone.schemas.CallSummary;
import io.undertone.schemas.EmotionAlert;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.window.BadChunk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// What a task says to the world: tags, summaries, alerts, embeddings, dead letters and what the policy decided.
/// Owned by the task's stream thread.
final class TaskOutput {

    private final ProcessorContext<String, SpecificRecord> context;
    private final TaggerCounters counters;

    TaskOutput(ProcessorContext<String, SpecificRecord> context, TaggerCounters counters) {
        this.context = context;
        this.counters = counters;
    }

    /// The record's timestamp is the moment at which the window ended, by the gateway's clock: Kafka wants a date,
    /// call time alone begins at 0, and a date that hung on the processing would differ after a replay. The trace
    /// is that of the chunk that completed the window.
    void tag(LiveChannel.Scored channel, EmotionTag tag) {
        long endedAt = channel.wallClockOf(tag.getEndMs(), now());
        Record<String, SpecificRecord> record = new Record<>(channel.id().callId(), tag, Math.max(0, endedAt));
        channel.completing(tag.getEndMs()).ifPresent(mark -> {
            counters.tagDelay(Duration.ofMillis(now() - mark.capturedAtMillis()));
            Traces.put(mark.trace(), record.headers());
        });
        context.forward(record, TaggingTopology.TAG_SINK);
        counters.tag();
    }

    /// What the call sounds like so far, or sounded like.
    void summary(CallSummary.Builder summary) {
        long now = now();
        CallSummary record = summary.setAt(Instant.ofEpochMilli(now)).build();
        forward(record.getCallId(), record, now, TaggingTopology.SUMMARY_SINK);
        counters.summary();
    }

    /// A tombstone: compaction removes the call's summary.
    void eraseSummary(String callId) {
        forward(callId, null, now(), TaggingTopology.SUMMARY_SINK);
    }

    /// @param endMillis end in call time of the window that dates it
    void alert(LiveChannel channel, long endMillis, EmotionAlert.Builder alert) {
        long now = now();
        long date = channel instanceof LiveChannel.Scored scored ? scored.wallClockOf(endMillis, now) : now;
        EmotionAlert record = alert.setAt(Instant.ofEpochMilli(now)).build();
        forward(record.getCallId(), record, Math.max(0, date), TaggingTopology.ALERT_SINK);
        counters.alert();
    }

    /// An embedding, with the date of its tag.
    ///
    /// @param endMillis end in call time of its window
    void embedding(LiveChannel.Scored channel, String key, TrainingEmbedding.Builder embedding, long endMillis) {
        long now = now();
        TrainingEmbedding record = embedding.setAt(Instant.ofEpochMilli(now)).build();
        forward(key, record, Math.max(0, channel.wallClockOf(endMillis, now)), TaggingTopology.EMBEDDING_SINK);
        counters.embedding();
    }

    /// A tombstone: compaction removes the embedding.
    void deleteEmbedding(String key) {
        forward(key, null, now(), TaggingTopology.EMBEDDING_SINK);
    }

    void deadLetter(Record<String, byte[]> source, BadChunk why, Incoming.Origin origin) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("only a record from the topic can be put aside"));
        Instant at = Instant.ofEpochMilli(now());
        forward(
                source.key() == null ? null : ChunkReader.brief(source.key()),
                DeadLetters.record(why, origin, metadata, at),
                source.timestamp(),
                TaggingTopology.DEAD_LETTER_SINK);
        counters.deadLetter();
    }

    /// What became of the channel's chunks.
    void audit(LiveChannel channel, List<Ledger.Entry> entries) {
        for (Ledger.Entry entry : entries) {
            audit(decided(channel.id(), channel.role(), entry.terms()).setChunks(entry.chunks()));
        }
    }

    /// What became of embeddings of the channel's windows.
    ///
    /// @param entries that count windows
    void auditEmbeddings(ChannelId id, Role role, List<Ledger.Entry> entries) {
        for (Ledger.Entry entry : entries) {
            audit(decided(id, role, entry.terms()).setChunks(0).setWindows(entry.chunks()));
        }
    }

    private static PolicyRecord.Builder decided(ChannelId id, Role role, Terms terms) {
        return PolicyRecord.newBuilder()
                .setCallId(id.callId())
                .setChannel(id.channel())
                .setRole(role)
                .setDecision(terms.decision())
                .setRule(terms.rule())
                .setNoticeTextId(terms.noticeTextId())
                .setModel(terms.model())
                .setPromptBank(terms.bank());
    }

    /// What was kept of the call is deleted.
    void erased(String callId) {
        audit(PolicyRecord.newBuilder()
                .setCallId(callId)
                .setChannel("")
                .setRole(Role.UNKNOWN)
                .setDecision(PolicyDecision.ERASED)
                .setRule(PolicyRules.ERASURE_RULE)
                .setChunks(0));
    }

    private void audit(PolicyRecord.Builder record) {
        long now = now();
        PolicyRecord audited = record.setAt(Instant.ofEpochMilli(now)).build();
        forward(audited.getCallId(), audited, now, TaggingTopology.AUDIT_SINK);
    }

    /// Wall clock.
    long now() {
        return context.currentSystemTimeMs();
    }

    private void forward(@Nullable String key, @Nullable SpecificRecord value, long timestamp, String sink) {
        context.forward(new Record<>(key, value, timestamp), sink);
    }
}

package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.window.BadChunk;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// What a task says to the world: tags, dead letters and what the policy blocked. Owned by the task's stream thread.
final class TaskOutput {

    /// Reported on the audit topic: the key of the configuration that decided.
    static final String ROLE_RULE = "policy.scored-roles";

    private final ProcessorContext<String, SpecificRecord> context;
    private final LongSupplier wallClock;
    private final TaggerCounters counters;

    TaskOutput(ProcessorContext<String, SpecificRecord> context, TaggerCounters counters) {
        this.context = context;
        this.wallClock = context::currentSystemTimeMs;
        this.counters = counters;
    }

    /// The record's timestamp is the moment at which the window ended, by the gateway's clock: Kafka wants a date, call
    /// time alone begins at 0, and a date that hung on the processing would differ after a replay.
    void tag(LiveChannel.Scored channel, EmotionTag tag) {
        long endedAt = channel.wallClockOf(tag.getEndMs(), wallClock.getAsLong());
        forward(channel.id().callId(), tag, Math.max(0, endedAt), TaggingTopology.TAG_SINK);
        counters.tag();
    }

    void deadLetter(Record<String, byte[]> source, BadChunk why, Incoming.Origin origin) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("only a record from the topic can be put aside"));
        Instant at = Instant.ofEpochMilli(wallClock.getAsLong());
        forward(
                source.key(),
                DeadLetters.record(why, origin, metadata, at),
                source.timestamp(),
                TaggingTopology.DEAD_LETTER_SINK);
        counters.deadLetter();
    }

    /// @param chunks dropped since the last record of this channel
    void blocked(LiveChannel.Blocked channel, long chunks) {
        long now = wallClock.getAsLong();
        PolicyRecord record = PolicyRecord.newBuilder()
                .setCallId(channel.id().callId())
                .setChannel(channel.id().channel())
                .setRole(channel.role())
                .setDecision(PolicyDecision.BLOCKED_ROLE)
                .setRule(ROLE_RULE)
                .setChunks(chunks)
                .setAt(Instant.ofEpochMilli(now))
                .build();
        forward(channel.id().callId(), record, now, TaggingTopology.AUDIT_SINK);
    }

    private void forward(@Nullable String key, SpecificRecord value, long timestamp, String sink) {
        context.forward(new Record<>(key, value, timestamp), sink);
    }
}

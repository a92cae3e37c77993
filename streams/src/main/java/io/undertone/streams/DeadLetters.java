package io.undertone.streams;

import io.undertone.schemas.DeadChunk;
import io.undertone.window.BadChunk;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Why a chunk was put aside and where it is to be found; of the audio itself only length and hash.
final class DeadLetters {

    private DeadLetters() {}

    static DeadChunk record(BadChunk why, Incoming.Origin origin, RecordMetadata source, Instant at) {
        return DeadChunk.newBuilder()
                .setReason(why.reason().name())
                .setDetail(why.detail())
                .setSourceTopic(source.topic())
                .setSourcePartition(source.partition())
                .setSourceOffset(source.offset())
                .setCallId(origin.callId() == null ? null : ChunkReader.brief(origin.callId()))
                .setChannel(origin.channel() == null ? null : ChunkReader.brief(origin.channel()))
                .setSequence(origin.sequence())
                .setPayloadBytes(origin.payloadBytes())
                .setPayloadSha256(origin.payloadSha256())
                .setAt(at)
                .build();
    }
}

package io.undertone.streams;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.serde.UnreadableRecordException;
import io.undertone.window.BadChunk;
import io.undertone.window.BadChunk.Reason;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Records of the topic of call events in, events or the reason against them out. Stateless beside the deserializer.
final class EventReader {

    private final Deserializer<CallEvent> deserializer;
    private final String topic;

    EventReader(Deserializer<CallEvent> deserializer, String topic) {
        this.deserializer = deserializer;
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    Incoming read(@Nullable String key, byte @Nullable [] value) {
        if (value == null) {
            return unusable(Reason.UNREADABLE, "the record must have a value: null", key, new byte[0]);
        }
        CallEvent event;
        try {
            event = deserializer.deserialize(topic, value);
        } catch (UnreadableRecordException e) {
            return unusable(Reason.UNREADABLE, "the value must be a CallEvent: " + e.getMessage(), key, value);
        }
        if (!event.getCallId().equals(key)) {
            return unusable(
                    Reason.KEY_MISMATCH,
                    "the key must be the call id '" + ChunkReader.brief(event.getCallId()) + "': "
                            + (key == null ? "null" : "'" + ChunkReader.brief(key) + "'"),
                    key,
                    value);
        }
        return wrong(event)
                .map(why -> unusable(Reason.UNREADABLE, why, key, value))
                .orElseGet(() -> new Incoming.Happened(event));
    }

    /// Names are kept with the call and told again: none may be larger than what can be sent.
    private static Optional<String> wrong(CallEvent event) {
        @Nullable String channel = event.getChannel();
        @Nullable String notice = event.getNoticeTextId();
        return ChunkReader.wrongName("callId", event.getCallId())
                .or(() -> channel == null ? Optional.empty() : ChunkReader.wrongName("channel", channel))
                .or(() -> notice == null ? Optional.empty() : ChunkReader.wrongName("noticeTextId", notice));
    }

    private static Incoming unusable(Reason reason, String detail, @Nullable String key, byte[] value) {
        String callId = key == null ? null : ChunkReader.brief(key);
        return new Incoming.Unusable(new BadChunk(reason, detail), Incoming.Origin.of(callId, null, null, value));
    }
}

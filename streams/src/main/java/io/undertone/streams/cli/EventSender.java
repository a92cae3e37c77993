package io.undertone.streams.cli;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.time.Instant;
import java.util.Map;

/// Says what happens to calls, as a gateway does. Thread safe.
public final class EventSender implements AutoCloseable {

    private final TopicSender<CallEvent> sender;

    private EventSender(TopicSender<CallEvent> sender) {
        this.sender = sender;
    }

    /// @param client configuration of a Kafka client
    public static EventSender open(Map<String, ?> client, TopicSpec<CallEvent> topic, AvroSerdes serdes) {
        return new EventSender(TopicSender.open(client, topic, serdes));
    }

    /// An event of a whole call.
    public static CallEvent event(String callId, CallEventType type, Instant at) {
        return new CallEvent(callId, type, at, null, null);
    }

    /// The call starts, and notice is given.
    public void begin(String callId, String noticeTextId, Instant at) {
        send(event(callId, CallEventType.STARTED, at));
        send(new CallEvent(callId, CallEventType.NOTICE_GIVEN, at, null, noticeTextId));
    }

    /// Returns when the brokers have it: audio that is sent afterwards comes after it.
    public void send(CallEvent event) {
        sender.send(event.getCallId(), event, event.getAt());
    }

    @Override
    public void close() {
        sender.close();
    }
}

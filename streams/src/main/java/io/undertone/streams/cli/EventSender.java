package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Says what happens to calls, as a gateway does. Thread safe.
public final class EventSender implements AutoCloseable {

    private final TopicSpec<CallEvent> topic;
    private final Serializer<CallEvent> serializer;
    private final KafkaProducer<String, byte[]> producer;

    private EventSender(
            TopicSpec<CallEvent> topic, Serializer<CallEvent> serializer, KafkaProducer<String, byte[]> producer) {
        this.topic = topic;
        this.serializer = serializer;
        this.producer = producer;
    }

    /// @param client configuration of a Kafka client
    public static EventSender open(Map<String, ?> client, TopicSpec<CallEvent> topic, AvroSerdes serdes) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 30_000);
        config.put("request.timeout.ms", 10_000);
        return new EventSender(
                topic,
                serdes.serde(topic).serializer(),
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer()));
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
        byte[] value = serializer.serialize(topic.name(), event);
        long at = event.getAt().toEpochMilli();
        try {
            producer.send(new ProducerRecord<>(topic.name(), null, at, event.getCallId(), value))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("interrupted before topic " + topic.name() + " had the event", e);
        } catch (ExecutionException e) {
            throw new InvalidInputException(
                    "topic " + topic.name() + " does not take the event: " + String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

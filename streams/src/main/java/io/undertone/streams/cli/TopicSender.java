package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Puts records onto one topic. Thread safe.
final class TopicSender<T extends SpecificRecord> implements AutoCloseable {

    private final TopicSpec<T> topic;
    private final Serializer<T> serializer;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private TopicSender(TopicSpec<T> topic, Serializer<T> serializer, KafkaProducer<String, byte[]> producer) {
        this.topic = topic;
        this.serializer = serializer;
        this.producer = producer;
    }

    /// @param client configuration of a Kafka client
    static <T extends SpecificRecord> TopicSender<T> open(
            Map<String, ?> client, TopicSpec<T> topic, AvroSerdes serdes) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 30_000);
        config.put("request.timeout.ms", 10_000);
        return new TopicSender<>(
                topic,
                serdes.serde(topic).serializer(),
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer()));
    }

    /// Returns when the brokers have the record.
    void send(String key, T value, Instant at) {
        post(key, value, at);
        flush();
    }

    /// On its way when this returns.
    ///
    /// @param value null for a tombstone
    void post(String key, @Nullable T value, Instant at) {
        byte @Nullable [] bytes = value == null ? null : serializer.serialize(topic.name(), value);
        var _ = producer.send(
                new ProducerRecord<>(topic.name(), null, at.toEpochMilli(), key, bytes), (_, exception) -> {
                    if (exception != null) {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    /// Returns when the brokers have all that was posted.
    ///
    /// @throws InvalidInputException if they do not take one of the records
    void flush() {
        producer.flush();
        Exception exception = failure.get();
        if (exception != null) {
            throw new InvalidInputException(
                    "topic " + topic.name() + " does not take the record: " + exception, exception);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

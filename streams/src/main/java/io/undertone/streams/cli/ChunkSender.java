package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Sends chunks as a gateway does, keyed by call id.
///
/// Threading: belongs to one thread.
public final class ChunkSender implements AutoCloseable {

    private final TopicSpec<AudioChunk> topic;
    private final Serializer<AudioChunk> serializer;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private ChunkSender(
            TopicSpec<AudioChunk> topic, Serializer<AudioChunk> serializer, KafkaProducer<String, byte[]> producer) {
        this.topic = topic;
        this.serializer = serializer;
        this.producer = producer;
    }

    /// @param client configuration of a Kafka client
    public static ChunkSender open(Map<String, ?> client, TopicSpec<AudioChunk> topic, AvroSerdes serdes) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("acks", "all");
        config.put("linger.ms", 5); // several channels are due at the same moment
        config.put("delivery.timeout.ms", 30_000);
        config.put("request.timeout.ms", 10_000);
        return new ChunkSender(
                topic,
                serdes.serde(topic).serializer(),
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer()));
    }

    /// @throws InvalidInputException if an earlier chunk could not be delivered
    public void send(AudioChunk chunk) {
        sendBytes(chunk, bytes(chunk));
    }

    /// Sends the first half of the chunk's record, which is no record: what a broken gateway does.
    public void sendBroken(AudioChunk chunk) {
        byte[] bytes = bytes(chunk);
        sendBytes(chunk, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private byte[] bytes(AudioChunk chunk) {
        return serializer.serialize(topic.name(), chunk);
    }

    private void sendBytes(AudioChunk chunk, byte[] value) {
        throwFailure();
        long timestamp = chunk.getCapturedAt().toEpochMilli();
        var _ = producer.send(
                new ProducerRecord<>(topic.name(), null, timestamp, chunk.getCallId(), value), (_, exception) -> {
                    if (exception != null) {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    /// Returns when every chunk has been taken by the broker.
    public void flush() {
        producer.flush();
        throwFailure();
    }

    private void throwFailure() {
        Exception exception = failure.get();
        if (exception != null) {
            throw new InvalidInputException(
                    "topic " + topic.name() + " does not take the audio: " + exception.getMessage(), exception);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

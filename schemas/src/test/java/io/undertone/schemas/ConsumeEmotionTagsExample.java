package io.undertone.schemas;

import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Prints what callers sound like. The README shows it.
final class ConsumeEmotionTagsExample {

    private ConsumeEmotionTagsExample() {}

    /// Settings: bootstrap.servers, group.id, isolation.level=read_committed, perhaps schema.registry.url.
    static Consumer<String, EmotionTag> open(Map<String, Object> settings) {
        return new KafkaConsumer<>(
                settings, new StringDeserializer(), AvroSerdes.of(settings).deserializer(EmotionTag.class));
    }

    static void print(Consumer<String, EmotionTag> consumer, PrintStream out) {
        try (consumer) {
            consumer.subscribe(List.of("emotion-tags"));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    EmotionTag tag = record.value();
                    boolean silent = tag.getAbstained() != null;
                    String sounds = silent ? "-" : tag.getRanking().getFirst().getPrompt();
                    out.println(tag.getCallId() + " " + tag.getChannel() + " " + tag.getEndMs() + " ms: " + sounds);
                }
            }
        } catch (WakeupException e) {
            out.println("stopped"); // by consumer.wakeup()
        }
    }
}

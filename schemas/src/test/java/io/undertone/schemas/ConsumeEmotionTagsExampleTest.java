package io.undertone.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.serde.AvroSerdes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumeEmotionTagsExampleTest {

    private static final TopicPartition PARTITION = new TopicPartition("emotion-tags", 0);

    @Test
    void shouldPrintTheBestPromptOfEachTagUntilItIsWokenUp() {
        MockConsumer<String, EmotionTag> consumer = new MockConsumer<>("earliest");
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(PARTITION));
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            consumer.addRecord(record(0, "EmotionTag"));
            consumer.addRecord(record(1, "EmotionTag-least"));
        });
        consumer.schedulePollTask(consumer::wakeup);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ConsumeEmotionTagsExample.print(consumer, new PrintStream(out, true, UTF_8));

        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "call-1 customer 15000 ms: sounds fed up, \u00e9nerv\u00e9",
                        "call-1 customer 3000 ms: -",
                        "stopped");
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void shouldOpenWithTheSettingsOfAnOrdinaryConsumer() {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "example", "isolation.level", "read_committed");

        try (Consumer<String, EmotionTag> consumer = ConsumeEmotionTagsExample.open(settings)) {
            assertThat(consumer.subscription()).isEmpty();
        }
    }

    /// As it comes over the wire.
    private static ConsumerRecord<String, EmotionTag> record(long offset, String example) {
        var serde = AvroSerdes.of(Map.of()).serde(EmotionTag.class);
        byte[] bytes = serde.serializer()
                .serialize("emotion-tags", (EmotionTag) ExamplesV1.all().get(example));
        return new ConsumerRecord<>(
                "emotion-tags", 0, offset, "call-1", serde.deserializer().deserialize("emotion-tags", bytes));
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.serde.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

final class LiveTaggingTest {

    private static final byte[] BANK = TopologyHarness.SERDES
            .serde(PromptBankRecord.class)
            .serializer()
            .serialize(
                    "prompt-banks",
                    new PromptBankRecord("default", "7", List.of(new BankPrompt("calm", "calm")), Instant.EPOCH, null));

    private final TaggerCounters counters = new TaggerCounters();
    private int asked;

    @Test
    void shouldTakeABankOnceTheSchemaRegistryIsBack() {
        LiveTagging live = whileAwayFor(2);

        live.take("default", BANK);

        assertThat(live.current().bank().version()).isEqualTo("7");
        assertThat(counters.snapshot().banksRefused()).isZero();
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void shouldKeepThePromptsOfBeforeWhenTheSchemaRegistryStaysAway() {
        LiveTagging live = whileAwayFor(Integer.MAX_VALUE);
        String before = live.current().bank().version();

        live.take("default", BANK);

        assertThat(live.current().bank().version()).isEqualTo(before);
        assertThat(counters.snapshot().banksRefused()).isEqualTo(1);
    }

    private LiveTagging whileAwayFor(int attempts) {
        Deserializer<PromptBankRecord> sound = TopologyHarness.SERDES.deserializer(PromptBankRecord.class);
        return new LiveTagging(
                TestTagging.of(TestTagging.ANY_SOUND),
                "default",
                "prompt-banks",
                (topic, bytes) -> {
                    if (asked++ < attempts) {
                        throw new RegistryException("away");
                    }
                    return sound.deserialize(topic, bytes);
                },
                counters,
                Duration.ofMillis(1));
    }
}

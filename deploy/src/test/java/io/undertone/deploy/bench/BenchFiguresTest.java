package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.deploy.bench.CpuAccount.Owner;
import io.undertone.deploy.bench.StageProfile.Stage;
import io.undertone.rank.Prompt;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Where time is booked, and what is made of it.
class BenchFiguresTest {

    @Test
    void shouldTellTheTaggersThreadsFromTheOthers() {
        String application = "bench-x-1-peak";

        assertThat(CpuAccount.ownerOfJava("bench-x-1-peak-7c1d-StreamThread-2", application))
                .isEqualTo(Owner.STREAM_THREADS);
        assertThat(CpuAccount.ownerOfJava("undertone-batcher", application)).isEqualTo(Owner.ENCODER);
        assertThat(CpuAccount.ownerOfJava(
                        "kafka-producer-network-thread | bench-x-1-peak-7c1d-StreamThread-2-producer", application))
                .isEqualTo(Owner.KAFKA_CLIENTS);
        assertThat(CpuAccount.ownerOfJava("data-plane-kafka-request-handler-0", application))
                .isEqualTo(Owner.OTHERS);
        assertThat(CpuAccount.ownerOfJava("kafka-producer-network-thread | producer-3", application))
                .isEqualTo(Owner.OTHERS);
    }

    @Test
    void shouldBookAChangelogsRecordForTheStoreAndATagsForTheProducer() {
        String producer = "org.apache.kafka.clients.producer.KafkaProducer";
        String store = "org.apache.kafka.streams.state.internals.ChangeLoggingKeyValueBytesStore";
        String journal = "io.undertone.streams.ChannelJournal";

        assertThat(Stage.of(List.of(producer, store, journal))).isEqualTo(Stage.STORE);
        assertThat(Stage.of(List.of(producer, "io.undertone.streams.TaskOutput")))
                .isEqualTo(Stage.PRODUCE);
        assertThat(Stage.of(List.of("io.undertone.audio.FilterTable", "io.undertone.streams.WindowFlow")))
                .isEqualTo(Stage.CUT);
        assertThat(Stage.of(List.of("java.lang.Thread"))).isEqualTo(Stage.KAFKA);
    }

    @Test
    void shouldSeeTheTimeOfThisThread() {
        CpuAccount before = CpuAccount.take();
        double sum = 0;
        for (int i = 0; i < 20_000_000; i++) {
            sum += Math.sqrt(i);
        }

        CpuAccount.Usage usage = CpuAccount.take().since(before, "nobody");

        assertThat(sum).isPositive();
        assertThat(usage.of(Owner.OTHERS)).isPositive();
        assertThat(usage.process()).isGreaterThan(0.9 * usage.of(Owner.OTHERS));
        assertThat(usage.taggerAllocation()).isZero();
    }

    @Test
    void shouldDivideByTheTaggersTimeAlone() {
        CpuAccount.Usage usage = new CpuAccount.Usage(
                Map.of(
                        Owner.STREAM_THREADS, 1.0,
                        Owner.ENCODER, 0.5,
                        Owner.COLLECTOR, 1.0,
                        Owner.COMPILER, 9.0,
                        Owner.OTHERS, 7.0),
                20,
                0.5);
        Drain drain = new Drain(
                8,
                1_000,
                4,
                900,
                usage,
                Map.of(Stage.SCORE, 0.25, Stage.CUT, 0.75),
                new TreeMap<>(Map.of(4, 225L)),
                500,
                new Memory(10, OptionalDouble.empty()));

        assertThat(drain.windowsPerSecond()).isEqualTo(250);
        assertThat(drain.windowsPerSecondPerCore()).isCloseTo(500, within(1e-9));
        assertThat(drain.microsPerWindow())
                .containsEntry(Stage.SCORE.what(), 250.0)
                .containsEntry("encoder", 500.0)
                .containsEntry("garbage collector", 500.0)
                .containsEntry("not the tagger's: compiler", 9_000.0)
                .containsEntry("not the tagger's: broker, reader", 9_000.0);
    }

    @Test
    void shouldHaveEnoughDifferentPrompts() {
        assertThat(PromptWords.prompts(PromptWords.MOST))
                .extracting(Prompt::text)
                .doesNotHaveDuplicates()
                .hasSize(4_096);
    }

    @Test
    void shouldRoundToFourDigits() {
        assertThat(BenchReport.rounded(1234.56)).isEqualTo(1235);
        assertThat(BenchReport.rounded(0.0123456)).isEqualTo(0.01235);
        assertThat(BenchReport.rounded(0)).isZero();
    }
}

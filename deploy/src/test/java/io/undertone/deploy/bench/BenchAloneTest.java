package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.undertone.audio.Codec;
import io.undertone.deploy.bench.BenchPlan.Part;
import io.undertone.model.InferenceDevice;
import io.undertone.model.Precision;
import io.undertone.model.TestBundles;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Parts that measure the encoder alone.
class BenchAloneTest {

    private static final Bench.Sizes SMALL = new Bench.Sizes(
            List.of(4), Duration.ofMillis(10), Duration.ofMillis(20), 2, WavLmTest.TINY, Duration.ofSeconds(1));

    @Test
    void shouldMeasureBatchesInBothPrecisionsWithoutABroker() throws InterruptedException {
        BenchReport report = new Bench(
                        plan("localhost:1", Part.BATCHES, Part.WAVLM), SMALL, new PrintWriter(new StringWriter()))
                .run();

        JsonNode json = report.json();
        assertThat(json.get("load").get("cluster").asText()).isEqualTo("none");
        for (String sweep : List.of("batches", "wavlm")) {
            assertThat(json.get(sweep).get("rows"))
                    .extracting(row -> row.get("precision").asText() + " " + row.get("batch"))
                    .containsExactly("float32 1", "float32 2", "float16 1", "float16 2");
            assertThat(json.get(sweep).get("rows")).allSatisfy(row -> {
                assertThat(row.get("windowsPerSecond").asDouble()).isPositive();
                assertThat(row.get("shareOfLimit").asDouble()).isPositive();
            });
        }
        assertThat(String.join("\n", report.lines()))
                .contains("encoder alone, batches of 2", "encoder alone, float16, batches of 2");
    }

    @Test
    void shouldWantABrokerForAllElse() {
        assertThat(plan("localhost:1", Part.PROMPTS).wantsBroker()).isFalse();
        assertThat(plan("localhost:1", Part.PROMPTS, Part.RAMP).wantsBroker()).isTrue();
        assertThat(plan("localhost:1", Part.PEAK).wantsBroker()).isTrue();
    }

    private static BenchPlan plan(String bootstrap, Part... parts) {
        return new BenchPlan(
                TestBundles.tiny(),
                new Load(1, Duration.ofMillis(200), Codec.PCM_MULAW, 1),
                2,
                1,
                100,
                64,
                0.02,
                0,
                1,
                Duration.ZERO,
                Set.of(parts),
                Guarantee.EXACTLY_ONCE,
                Duration.ofMillis(50),
                2,
                1,
                1,
                2,
                new InferenceDevice.Cpu(),
                List.of(Precision.FLOAT32, Precision.FLOAT16),
                Optional.of(bootstrap));
    }
}

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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// The parts that [BenchIT] leaves out, each as small as it can be: still most of a minute where others want the cores.
class BenchPartsFaults {

    private static final Bench.Sizes SMALL = new Bench.Sizes(
            List.of(4, 64), Duration.ofMillis(50), Duration.ofMillis(200), 4, WavLmTest.TINY, Duration.ofSeconds(1));

    @Test
    void shouldMeasureGrowthPromptsBatchesAndASteadyLoad() throws Exception {
        StringWriter err = new StringWriter();

        BenchReport report = new Bench(plan(Duration.ofMillis(3_500)), SMALL, new PrintWriter(err)).run();

        JsonNode json = report.json();
        assertThat(numbers(json.get("growth"), "calls")).containsExactly(2.0, 4.0, 8.0);
        assertThat(numbers(json.get("growth"), "windowsPerSecondPerCore")).allMatch(rate -> rate > 0);
        assertThat(json.get("growth"))
                .allSatisfy(drain -> assertThat(drain.get("windows").asInt()).isPositive());
        assertThat(numbers(json.get("promptCosts"), "prompts")).containsExactly(4.0, 64.0);
        assertThat(numbers(json.get("promptCosts"), "microsPerWindow")).allMatch(micros -> micros > 0);
        assertThat(numbers(json.get("batches").get("rows"), "batch")).containsExactly(1.0, 2.0, 4.0, 1.0, 2.0, 4.0);
        assertThat(numbers(json.get("batches").get("rows"), "millis")).allMatch(millis -> millis > 0);
        for (String sweep : List.of("batches", "wavlm")) {
            assertThat(json.get(sweep).get("multiplyAddsPerWindow").asLong()).isPositive();
            assertThat(numbers(json.get(sweep).get("rows"), "shareOfLimit")).allMatch(share -> share > 0);
        }
        assertThat(numbers(json.get("soak"), "second")).hasSizeBetween(2, 6).isSorted();
        assertThat(numbers(json.get("soak"), "heapMiB")).allMatch(mib -> mib > 1);
        assertThat(json.get("latencyMs").get("p50").isNull())
                .as("not asked for")
                .isTrue();
        assertThat(json.get("load").get("maxBatch").asInt()).isEqualTo(300);
        assertThat(String.join("\n", report.lines()))
                .contains(
                        "without the encoder, 8 calls",
                        "64 prompts",
                        "encoder alone, batches of 4",
                        "encoder alone, float16, batches of 4",
                        "heap");
        assertThat(err.toString()).contains("steady load");
    }

    private static BenchPlan plan(Duration soak) {
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
                soak,
                Set.of(Part.PEAK, Part.GROWTH, Part.PROMPTS, Part.BATCHES, Part.WAVLM),
                Guarantee.EXACTLY_ONCE,
                Duration.ofMillis(50),
                2,
                1,
                1,
                300,
                new InferenceDevice.Cpu(),
                List.of(Precision.FLOAT32, Precision.FLOAT16),
                Optional.empty());
    }

    private static List<Double> numbers(JsonNode rows, String key) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.get(key).asDouble())
                .toList();
    }
}

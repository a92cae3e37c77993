package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.deploy.TestCommandLine;
import io.undertone.model.TestBundles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A second of each kind of load, through the command.
class BenchIT {

    @TempDir
    Path folder;

    @Test
    void shouldMeasureATaggerUnderLoad() throws Exception {
        Path page = folder.resolve("bench.html");

        TestCommandLine.Result result = TestCommandLine.run(
                "bench",
                "--json",
                "--seconds=1",
                "--max-windows=400",
                "--calls=8",
                "--bank-size=64",
                "--live-share=0.02",
                "--parts=peak,latency,identity,ramp",
                "--ramp-step=3",
                "--ramp-steps=2",
                "--plot=" + page,
                "--bundle=" + TestBundles.tiny());

        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode json =
                new ObjectMapper().readTree(result.out().lines().toList().getLast());
        for (String figure : List.of(
                "endToEndWindowsPerSecond",
                "bareEncoderWindowsPerSecond",
                "endToEndOverBareEncoder",
                "identityWindowsPerSecondPerCore")) {
            assertThat(json.get(figure).asDouble()).as(figure).isPositive();
        }
        for (String percentile : List.of("p50", "p95", "p99", "p999")) {
            assertThat(json.get("latencyMs").get(percentile).asDouble())
                    .as(percentile)
                    .isPositive();
        }
        assertThat(json.get("machine").asText()).contains("cores");
        assertThat(json.get("commit").asText()).isNotBlank();
        checkLoad(json);
        checkRamp(json.get("ramp"));
        assertThat(Files.readString(page)).contains("\"endToEndWindowsPerSecond\"", "echarts");
    }

    private static void checkLoad(JsonNode json) {
        JsonNode peak = json.get("peak");
        long encoded = peak.get("batches").properties().stream()
                .mapToLong(batch ->
                        Long.parseLong(batch.getKey()) * batch.getValue().asLong())
                .sum();
        assertThat(encoded)
                .as("all of it is speech")
                .isGreaterThanOrEqualTo(peak.get("windows").asLong());
        assertThat(json.get("identity").get("bytesPerTag").asDouble())
                .as("64 prompts and their texts")
                .isGreaterThan(64 * 40);
        assertThat(json.get("identity").get("cpuMicrosPerWindow").isEmpty()).isFalse();
        assertThat(json.get("live"))
                .extracting(live -> live.get("guarantee").asText())
                .containsExactly("EXACTLY_ONCE", "AT_LEAST_ONCE");
        assertThat(json.get("live")).allSatisfy(live -> {
            assertThat(live.get("windows").asInt()).isPositive();
            assertThat(live.get("stateOverWindowAudio").asDouble()).isBetween(0.3, 1.2);
        });
    }

    private static void checkRamp(JsonNode ramp) {
        assertThat(ramp.get("steps"))
                .extracting(step -> step.get("calls").asInt())
                .startsWith(3);
        assertThat(ramp.get("steps")).allSatisfy(step -> {
            assertThat(step.get("windowsPerSecond").asDouble())
                    .as("a window a second of each call")
                    .isEqualTo(step.get("calls").asDouble());
            assertThat(step.get("tagsPerSecond").asDouble()).isPositive();
            assertThat(step.get("cpuMicrosPerWindow").asDouble())
                    .isGreaterThan(step.get("encoderMicrosPerWindow").asDouble());
            assertThat(step.get("latencyMs").get("p99").asInt()).isPositive();
            assertThat(step.get("heapMiB").asDouble()).isPositive();
            assertThat(step.get("backlogWindows").asInt()).isLessThan(100);
        });
    }
}

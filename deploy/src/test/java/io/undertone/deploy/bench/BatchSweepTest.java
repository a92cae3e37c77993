package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.model.BareEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.Precision;
import io.undertone.streams.cli.TagJson;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BatchSweepTest {

    private static final List<BatchSweep.Row> ROWS =
            List.of(new BatchSweep.Row(Precision.FLOAT32, 8, 400), new BatchSweep.Row(Precision.FLOAT16, 8, 3000));

    @Test
    void shouldSayHowMuchOfTheLimitAnEncoderUses() {
        MatrixRate limit = MatrixRate.mean(
                new MatrixRate(90e9, OptionalDouble.of(700e9)), new MatrixRate(110e9, OptionalDouble.of(900e9)));
        BatchSweep sweep = new BatchSweep("encoder", OptionalLong.of(200_000_000), limit, ROWS);

        ObjectNode json = TagJson.object();
        sweep.putInto(json);

        assertThat(sweep.shareOfLimit(ROWS.getFirst()).orElseThrow()).isCloseTo(0.8, within(1e-9));
        assertThat(json.get("multiplyAddsPerWindow").asLong()).isEqualTo(200_000_000);
        assertThat(json.get("matrixMultiplyAddsPerSecond").asDouble()).isEqualTo(100e9);
        assertThat(json.get("matrixMultiplyAddsPerSecondFloat16").asDouble()).isEqualTo(800e9);
        assertThat(json.get("rows").get(0).get("shareOfLimit").asDouble()).isEqualTo(0.8);
        assertThat(json.get("rows").get(0).get("precision").asText()).isEqualTo("float32");
        assertThat(json.get("rows").get(1).get("precision").asText()).isEqualTo("float16");
        assertThat(json.get("rows").get(1).get("shareOfLimit").asDouble())
                .as("of what halves would let it")
                .isEqualTo(0.75);
        assertThat(sweep.lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("encoder alone, batches of 8", "400.0 windows/s, 20.0 ms a batch, 0.80 of the limit"))
                .anySatisfy(line -> assertThat(line)
                        .contains("encoder alone, float16, batches of 8", "3000.0 windows/s", "0.75 of the limit"));
    }

    @Test
    void shouldSayNothingOfAGraphThatCannotBeCounted() {
        MatrixRate limit = new MatrixRate(100e9, OptionalDouble.empty());
        BatchSweep sweep = new BatchSweep("encoder", OptionalLong.empty(), limit, ROWS);

        ObjectNode json = TagJson.object();
        sweep.putInto(json);

        assertThat(json.get("multiplyAddsPerWindow").isNull()).isTrue();
        assertThat(json.get("matrixMultiplyAddsPerSecondFloat16").isNull()).isTrue();
        assertThat(json.get("rows").get(0).get("shareOfLimit").isNull()).isTrue();
        assertThat(sweep.lines()).noneMatch(line -> line.contains("of the limit"));
    }

    /// So the limit is of what it is said to be: rows x width x width for each product.
    @Test
    void shouldMultiplyWhatItCounts() {
        MatrixProbe probe = new MatrixProbe(8, 16, 3, false);

        assertThat(probe.multiplyAdds()).isEqualTo(3 * 8 * 16 * 16);
        assertThat(probe.graph().multiplyAdds()).hasValue(probe.multiplyAdds());
    }

    /// The CPU runs it too, between casts; only a GPU is asked for its rate.
    @Test
    void shouldMultiplyIn16BitsToo() {
        MatrixProbe probe = new MatrixProbe(8, 16, 3, true);

        assertThat(probe.graph().multiplyAdds()).hasValue(probe.multiplyAdds());
        InferenceOptions options = new InferenceOptions(1, false, 2);
        try (BareEncoder encoder = probe.graph().openBare(new InferenceDevice.Cpu(), options)) {
            encoder.run(2);
        }
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private long now;

    @Test
    void shouldTellStepsFromWaiting() {
        Workload workload = new Workload(() -> now);
        for (int step = 0; step < 4; step++) {
            now += 500_000_000L; // waits for a batch
            workload.stepBegins();
            now += 1_500_000_000L;
            workload.stepEnds(10);
        }
        Map<String, Double> measures = new LinkedHashMap<>();
        workload.addTo(measures);
        assertThat(measures.get("seconds")).isCloseTo(8, within(1e-9));
        assertThat(measures.get("windowsPerSecond")).isCloseTo(5, within(1e-9));
        assertThat(measures.get("busyShare")).isCloseTo(0.75, within(1e-9));
        assertThat(workload.toText()).isEqualTo("5 windows/s, busy 75 %");
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.trainer.LossTable.Entry;
import io.undertone.trainer.LossTable.Mean;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossTableTest {

    @Test
    void shouldGiveTheIntervalOfStudent() {
        Mean mean = Mean.of(new double[] {1, 2, 3});
        assertThat(mean.value()).isEqualTo(2);
        assertThat(mean.high() - mean.value()).isCloseTo(4.302653 / Math.sqrt(3), within(1e-5)); // t(2), deviation 1
    }

    @Test
    void shouldPairTheSeedsOfADifference() {
        LossTable table = new LossTable(
                "run",
                2,
                4,
                "SCE",
                List.of(entry("SCE", 1, 0.2), entry("SCE", 2, 0.6), entry("SupCon", 1, 0.1), entry("SupCon", 2, 0.5)));
        Mean difference = table.summaries().getLast().difference();
        assertThat(difference.value()).isCloseTo(-0.1, within(1e-12));
        assertThat(difference.high()).isCloseTo(-0.1, within(1e-9)); // the seeds move both alike
        assertThat(table.toMarkdown())
                .contains("| variant | tau |", "### all", "| SupCon | 0.300 [", "| SupCon | **-0.100 [");
    }

    @Test
    void shouldLeaveOutWhatAVariantDoesNotHave() {
        Entry heads = new Entry("all", "heads", 1, Map.of("recall", 0.4));
        LossTable table = new LossTable("run", 1, 4, "SCE", List.of(entry("SCE", 1, 0.2), heads));
        assertThat(table.summaries()).hasSize(2);
        assertThat(table.toMarkdown())
                .contains("| variant | tau | recall |", "| heads | - | 0.400 [", "| heads | - | - |");
    }

    private static Entry entry(String loss, int seed, double tau) {
        return new Entry("all", loss, seed, Map.of("tau", tau));
    }
}

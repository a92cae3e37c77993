package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BundleStageTest {

    @Test
    void shouldTakeTheConformalRankOfTheResiduals() {
        double[] residuals = {0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.4, 0.8, 0.6};
        assertThat(BundleStage.quantile(residuals, 0.8)).isEqualTo(0.8); // rank ceil(10 * 0.8) = 8
        assertThat(BundleStage.quantile(residuals, 0.5)).isEqualTo(0.5);
        assertThat(BundleStage.quantile(residuals, 0.99)).isEqualTo(0.9); // no more than all of them
    }

    @Test
    void shouldCoverAsOftenAsAsked() {
        SplittableRandom random = new SplittableRandom(1);
        int covered = 0;
        for (int trial = 0; trial < 2_000; trial++) {
            double[] residuals = random.doubles(40).toArray();
            covered += random.nextDouble() <= BundleStage.quantile(residuals, 0.9) ? 1 : 0;
        }
        assertThat(covered / 2_000.0).isBetween(0.88, 0.93);
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResidualsTest {

    @Test
    void shouldTakeTheRankThatLeavesRoomForTheNextSpeaker() {
        double[] residuals = {0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.4, 0.8, 0.6};
        assertThat(Residuals.halfWidth(residuals, 9, 0.8)).isEqualTo(0.8); // rank ceil(9 * 0.8 * 10 / 9) = 8
        assertThat(Residuals.halfWidth(residuals, 3, 0.5)).isEqualTo(0.6); // rank ceil(9 * 0.5 * 4 / 3) = 6
        assertThat(Residuals.halfWidth(residuals, 3, 0.99)).isEqualTo(0.9); // no more than all of them
    }

    /// Speakers differ in how hard they are to judge: the residuals of one are all small, of another all large.
    @Test
    void shouldCoverTheWindowsOfNewSpeakersAsOftenAsAsked() {
        SplittableRandom random = new SplittableRandom(1);
        int speakers = 20;
        int each = 10;
        int covered = 0;
        int trials = 4_000;
        for (int trial = 0; trial < trials; trial++) {
            double[] residuals = new double[speakers * each];
            for (int s = 0; s < speakers; s++) {
                double hard = random.nextDouble(0.2, 1);
                for (int i = 0; i < each; i++) {
                    residuals[s * each + i] = hard * random.nextDouble();
                }
            }
            double next = random.nextDouble(0.2, 1) * random.nextDouble();
            covered += next <= Residuals.halfWidth(residuals, speakers, 0.9) ? 1 : 0;
        }
        assertThat((double) covered / trials).isBetween(0.89, 0.97);
    }
}

package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void shouldGiveTheTauBOfPairsCountedByHand() {
        // pairs: 4 concordant, 0 discordant, 1 tied in x, 1 tied in y: 4 / sqrt(5 * 5)
        double tau = Measures.kendall(new double[] {1, 1, 2, 3}, new double[] {1, 2, 3, 3});
        assertThat(tau).isCloseTo(0.8, within(1e-12));
        assertThat(Measures.kendall(new double[] {1, 2, 3}, new double[] {3, 2, 1}))
                .isEqualTo(-1);
        assertThat(Measures.kendall(new double[] {1, 1, 1}, new double[] {3, 2, 1}))
                .isZero();
    }

    @Test
    void shouldWeighClassesEvenlyWhateverTheirSize() {
        assertThat(Measures.averageRecall(new int[] {0, 0, 0, 0, 1}, new int[] {0, 0, 0, 0, 0}))
                .isEqualTo(0.5);
    }

    @Test
    void shouldReachOneWhenEachStepRetrievesItsOwnClips() {
        double[] values = {-1, -0.9, 0, 0.1, 0.9, 1};
        double[][] similarities = {
            {1, 0.9, 0, 0, 0, 0}, {0, 0, 1, 0.9, 0, 0}, {0, 0, 0, 0, 0.9, 1},
        };
        assertThat(Measures.ladder(similarities, values, 1)).isEqualTo(1);
        assertThat(Measures.ladder(similarities, values, 2)).isCloseTo(0.8944, within(1e-4));
    }

    @Test
    void shouldRetrieveInTheOrderOfSimilarityWhateverItsSign() {
        double[] values = {4, 3, 2, 1, 0};
        double[][] similarities = {{-0.9, -0.5, 0, 0.5, 0.9}, {0.9, 0.5, 0, -0.5, -0.9}};
        assertThat(Measures.ladder(similarities, values, 2)).isCloseTo(Math.sqrt(2.0 / 3), within(1e-12));
    }

    @Test
    void shouldGiveTheConcordanceComputedByHand() {
        // means 2 and 3, variances 2/3 both, covariance 2/3: 2 * 2/3 / (2/3 + 2/3 + 1)
        double shifted = Measures.concordance(new double[] {1, 2, 3}, new double[] {2, 3, 4});
        assertThat(shifted).isCloseTo(4 / 7.0, within(1e-12));
        assertThat(Measures.concordance(new double[] {1, 2, 3}, new double[] {1, 2, 3}))
                .isCloseTo(1, within(1e-12));
        assertThat(Measures.concordance(new double[] {1, 2, 3}, new double[] {3, 2, 1}))
                .isCloseTo(-1, within(1e-12));
        assertThat(Measures.concordance(new double[] {2, 2}, new double[] {2, 2}))
                .isZero();
    }

    @Test
    void shouldPlaceAClipBetweenTheStepsThatItResembles() {
        assertThat(Measures.softStep(new double[] {0.3, 0.3, 0.3, 0.3, 0.3}, 0.1))
                .isCloseTo(2, within(1e-12));
        assertThat(Measures.softStep(new double[] {0, 0, 0, 0.9, 0.9}, 0.01)).isCloseTo(3.5, within(1e-9));
        // weights 1 : e: (0 * 1 + 1 * e) / (1 + e)
        assertThat(Measures.softStep(new double[] {0, 0.1}, 0.1)).isCloseTo(Math.E / (1 + Math.E), within(1e-12));
    }

    @Test
    void shouldGiveTheCalibrationErrorComputedByHand() {
        // bin [0.4, 0.5): mean confidence 0.45, accuracy 0.5; last bin: 0.98 and 1.0 confident, one of two right
        double[] confidence = {0.42, 0.48, 0.98, 1.0};
        boolean[] right = {true, false, true, false};
        assertThat(Measures.calibrationError(confidence, right, 10))
                .isCloseTo((Math.abs(0.9 - 1) + Math.abs(1.98 - 1)) / 4, within(1e-12));
        assertThat(Measures.calibrationError(new double[] {1, 1}, new boolean[] {true, true}, 15))
                .isZero();
    }
}

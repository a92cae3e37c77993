package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrengthCurveTest {

    /// Rounded strengths have 4 decimals; half of the last is 5e-5.
    private static final double TOLERANCE = 1e-4;

    @Test
    void shouldBeTheSmoothedShareOfReferencesBelow() {
        double[] similarities = new Random(3).doubles(400, -0.4, 0.7).sorted().toArray();
        StrengthCurve curve = StrengthCurve.of(similarities);
        double bandwidth = StrengthCurve.bandwidth(similarities);

        for (double s = -1; s <= 1; s += 0.01) {
            assertThat(curve.at(s)).isCloseTo(StrengthCurve.smoothed(similarities, bandwidth, s), within(TOLERANCE));
        }
    }

    @Test
    void shouldRiseFromZeroToOne() {
        StrengthCurve curve =
                StrengthCurve.of(new Random(5).doubles(100, 0.1, 0.3).toArray());
        double before = 0;
        for (double s = -1; s <= 1; s += 0.001) {
            double strength = curve.at(s);
            assertThat(strength).isBetween(before, 1.0);
            before = strength;
        }
        assertThat(curve.at(-1)).isLessThan(1e-4);
        assertThat(curve.at(1)).isGreaterThan(1 - 1e-4);
    }

    @Test
    void shouldGiveAHalfAtTheMiddleOfASymmetricDistribution() {
        assertThat(StrengthCurve.of(new double[] {-0.2, -0.1, 0, 0.1, 0.2}).at(0))
                .isCloseTo(0.5, within(1e-6));
    }

    @Test
    void shouldStandReferencesThatAreAllAlike() {
        double[] alike = new double[50];
        Arrays.fill(alike, 0.25);
        StrengthCurve curve = StrengthCurve.of(alike);
        assertThat(curve.at(0.2)).isLessThan(1e-4);
        assertThat(curve.at(0.25)).isCloseTo(0.5, within(1e-6));
        assertThat(curve.at(0.3)).isGreaterThan(1 - 1e-4);
    }

    @Test
    void shouldComputeTheNormalDistribution() {
        // Table values of Phi.
        assertThat(StrengthCurve.normalCdf(0)).isCloseTo(0.5, within(1e-7));
        assertThat(StrengthCurve.normalCdf(1)).isCloseTo(0.8413447461, within(1e-7));
        assertThat(StrengthCurve.normalCdf(-1.96)).isCloseTo(0.0249978951, within(1e-7));
        assertThat(StrengthCurve.normalCdf(3)).isCloseTo(0.9986501020, within(1e-7));
    }
}

package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PointCloudsTest {

    @Test
    void shouldFindNoDistanceBetweenEqualClouds() {
        float[][] points = {{0, 1}, {2, 3}, {0, 1}, {2, 3}};
        PointClouds clouds = PointClouds.of(points);
        int[] first = {0, 1};
        int[] second = {3, 2};
        assertThat(clouds.mmd(first, second, 1)).isCloseTo(0, within(1e-7));
        assertThat(clouds.wasserstein(first, second)).isZero();
        assertThat(clouds.meanDistance(first, second)).isCloseTo(0, within(1e-7));
    }

    @Test
    void shouldFindTheLengthOfAShift() {
        SplittableRandom random = new SplittableRandom(1);
        float[][] points = new float[40][];
        for (int i = 0; i < 20; i++) {
            float x = (float) random.nextDouble();
            float y = (float) random.nextDouble();
            points[i] = new float[] {x, y};
            points[39 - i] = new float[] {x + 3, y + 4};
        }
        PointClouds clouds = PointClouds.of(points);
        int[] first = IntStream.range(0, 20).toArray();
        int[] second = IntStream.range(20, 40).toArray();
        assertThat(clouds.wasserstein(first, second)).isCloseTo(5, within(1e-5));
        assertThat(clouds.meanDistance(first, second)).isCloseTo(5, within(1e-5));
    }

    @Test
    void shouldGiveTheDiscrepancyOfTwoPointsByHand() {
        // k(x, x) + k(y, y) - 2 k(x, y) with d = 1 and bandwidth 1
        PointClouds clouds = PointClouds.of(new float[][] {{0}, {1}});
        assertThat(clouds.mmd(new int[] {0}, new int[] {1}, 1))
                .isCloseTo(Math.sqrt(2 - 2 * Math.exp(-0.5)), within(1e-12));
        assertThat(clouds.medianDistance()).isEqualTo(1);
    }

    @Test
    void shouldAssignAsCheaplyAsTheBestOfAllOrders() {
        SplittableRandom random = new SplittableRandom(7);
        for (int size = 1; size <= 6; size++) {
            for (int trial = 0; trial < 20; trial++) {
                double[][] costs = new double[size][size];
                for (double[] row : costs) {
                    for (int column = 0; column < size; column++) {
                        row[column] = random.nextInt(4) + (trial % 2) * random.nextDouble();
                    }
                }
                assertThat(Assignment.leastCost(costs)).isCloseTo(leastOfAll(costs, 0, 0), within(1e-9));
            }
        }
    }

    private static double leastOfAll(double[][] costs, int row, int taken) {
        if (row == costs.length) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int column = 0; column < costs.length; column++) {
            if ((taken & (1 << column)) == 0) {
                least = Math.min(least, costs[row][column] + leastOfAll(costs, row + 1, taken | (1 << column)));
            }
        }
        return least;
    }

    @Test
    void shouldRefuseCostsThatAreNotSquare() {
        assertThatThrownBy(() -> Assignment.leastCost(new double[][] {{1, 2}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("costs must have as many columns as rows: 2 columns, 1 rows");
    }
}

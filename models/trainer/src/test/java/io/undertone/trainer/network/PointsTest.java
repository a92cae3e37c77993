package io.undertone.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.TrainerMain;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PointsTest {

    private static final float[] BATCH = {1, 10, 3, 14}; // means 2 and 12, deviations 1 and 2

    @BeforeAll
    static void singleThreaded() {
        TrainerMain.singleThreaded();
    }

    @Test
    void shouldStandardiseByTheBatch() {
        assertThat(points(Points.STANDARDISED)).containsExactly(new float[] {-1, -1, 1, 1}, within(1e-4f));
    }

    @Test
    void shouldOnlyTakeTheMeanAwayWhenCentred() {
        assertThat(points(Points.CENTRED)).containsExactly(new float[] {-1, -2, 1, 2}, within(1e-5f));
    }

    @Test
    void shouldLeavePointsWhereTheyAreProjected() {
        assertThat(points(Points.AS_PROJECTED)).containsExactly(BATCH);
    }

    @Test
    void shouldCentreByTheRunningMeanOnceTrained() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = weights(manager)) {
            for (int batch = 0; batch < 200; batch++) {
                new DjlOps(weights, true, Points.CENTRED).points(batch(manager), "p");
            }
            NDArray one = manager.create(new float[] {5, 5}, new Shape(1, 2));
            assertThat(new DjlOps(weights, false, Points.CENTRED)
                            .points(one, "p")
                            .toFloatArray())
                    .containsExactly(new float[] {3, -7}, within(1e-2f));
        }
    }

    private static float[] points(Points points) {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = weights(manager)) {
            return new DjlOps(weights, true, points).points(batch(manager), "p").toFloatArray();
        }
    }

    private static Weights weights(NDManager manager) {
        Weights weights = Weights.create(manager);
        weights.standardisation("p", 2);
        return weights;
    }

    private static NDArray batch(NDManager manager) {
        return manager.create(BATCH, new Shape(2, 2));
    }
}

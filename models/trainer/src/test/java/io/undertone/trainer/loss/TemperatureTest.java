package io.undertone.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.TrainerMain;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Weights;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TemperatureTest {

    private static final double[][] LABELS = {{0.5, 0.5}, {-0.5, 0.5}, {0.2, -0.7}};

    /// In the order of the labels, from both sides.
    private static final float[] SIMILARITIES = {.9f, .1f, -.3f, .5f, .8f, -.6f, .1f, -.4f, .7f};

    private static NDManager manager;

    @BeforeAll
    static void open() {
        TrainerMain.singleThreaded();
        manager = NDManager.newBaseManager();
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    @Test
    void shouldDivideAlikeWhetherFixedOrLearned() {
        try (Weights weights = weights(0.25)) {
            double learned = loss(new Temperature.Learned(weights)).getDouble();
            assertThat(learned).isCloseTo(loss(new Temperature.Fixed(0.25)).getDouble(), within(1e-6));
        }
    }

    @Test
    void shouldHaveTheGradientOfFiniteDifferences() {
        try (Weights weights = weights(0.25)) {
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(loss(new Temperature.Learned(weights)));
            }
            float gradient = weights.get(Networks.LOG_TEMPERATURE).getGradient().toFloatArray()[0];
            double step = 1e-4;
            double up = loss(new Temperature.Fixed(0.25 * Math.exp(step))).getDouble();
            double down = loss(new Temperature.Fixed(0.25 * Math.exp(-step))).getDouble();
            assertThat((double) gradient).isNotZero().isCloseTo((up - down) / (2 * step), within(1e-5));
        }
    }

    @Test
    void shouldFallWhereItPaysAndStopAtItsLeast() {
        try (Weights weights = weights(0.25)) {
            Temperature temperature = new Temperature.Learned(weights);
            AdamW optimizer = new AdamW(weights, List.of(Networks.LOG_TEMPERATURE), 0.1, 5);
            double before = loss(temperature).getDouble();
            for (int i = 0; i < 40; i++) {
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    collector.backward(loss(temperature)); // every pair is in order: sharper is better
                }
                optimizer.step(0.5);
                temperature.clamp();
            }
            assertThat(temperature.value()).isCloseTo(Temperature.LEAST, within(1e-6));
            assertThat(loss(temperature).getDouble()).isLessThan(before);
        }
    }

    private static Weights weights(double temperature) {
        Weights weights = Weights.create(manager);
        weights.constant(Networks.LOG_TEMPERATURE, (float) Math.log(temperature), 1);
        return weights;
    }

    private static NDArray loss(Temperature temperature) {
        NDArray similarities = manager.create(SIMILARITIES, new Shape(3, 3));
        return RankNContrast.symmetric(temperature.logits(similarities), LabelDistance.L2.matrix(LABELS), Ties.KEEP);
    }
}

package io.undertone.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.TrainerMain;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {

    private static final double[][] LABELS = {{6, 6}, {1, 6.5}, {2, 1}};
    private static final double[][] SIMILARITIES = {{.9, .1, -.3}, {.2, .8, .3}, {-.2, .4, .7}};

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

    @ParameterizedTest
    @CsvSource({
        "1.0, 0.420780, 0.432694, 0.426737",
        "2.0, 0.500867, 0.506655, 0.503761",
        "0.1, 0.154679, 0.345265, 0.249972"
    })
    void shouldGiveTheHandComputedRankNContrast(double temperature, double a2t, double t2a, double symmetric) {
        double[][] distances = LabelDistance.L2.matrix(LABELS);
        NDArray s = array(SIMILARITIES);
        assertThat(RankNContrast.anchored(s, distances, temperature).getDouble())
                .isCloseTo(a2t, within(1e-6));
        assertThat(RankNContrast.anchored(s.transpose(), distances, temperature).getDouble())
                .isCloseTo(t2a, within(1e-6));
        assertThat(RankNContrast.symmetric(s, distances, temperature).getDouble())
                .isCloseTo(symmetric, within(1e-6));
        assertThat(RankNContrast.reference(SIMILARITIES, distances, temperature))
                .isCloseTo(a2t, within(1e-6));
    }

    @Test
    void shouldGiveTheHandComputedInfoNce() {
        assertThat(SymmetricCrossEntropy.anchored(array(SIMILARITIES), 1).getDouble())
                .isCloseTo(0.697372, within(1e-6));
    }

    @Test
    void shouldBeTheSymmetricCrossEntropyWhenEveryClipIsAClassOfItsOwn() {
        double supCon = SupervisedContrastive.symmetric(array(SIMILARITIES), new int[] {0, 1, 2}, 0.5)
                .getDouble();
        double clip = SymmetricCrossEntropy.symmetric(array(SIMILARITIES), 0.5).getDouble();
        assertThat(supCon).isCloseTo(clip, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 16, 33, 64})
    void shouldGiveTheSameSortedAsWithPlainLoopsWithTies(int n) {
        SplittableRandom random = new SplittableRandom(n);
        double[][] labels = new double[n][];
        double[][] similarities = new double[n][n];
        for (int i = 0; i < n; i++) {
            // a coarse grid: many equal labels and equal distances
            labels[i] = new double[] {random.nextInt(4) * 0.25, random.nextInt(3) * 0.25};
            for (int j = 0; j < n; j++) {
                similarities[i][j] = random.nextDouble() * 2 - 1;
            }
        }
        for (LabelDistance distance : LabelDistance.values()) {
            for (double temperature : new double[] {0.01, 0.1, 1, 10}) {
                double[][] distances = distance.matrix(labels);
                double fast = RankNContrast.anchored(array(similarities), distances, temperature)
                        .getDouble();
                assertThat(fast)
                        .as("%s, n %d, temperature %s", distance, n, temperature)
                        .isCloseTo(RankNContrast.reference(similarities, distances, temperature), within(1e-9));
            }
        }
    }

    @Test
    void shouldKeepTheDistanceOfEqualLabelsAtZeroAndTiesEqual() {
        double[][] labels = {{0.1, 0.7}, {0.1, 0.7}, {0.3, -0.2}, {0.3, -0.2}};
        double[][] distances = LabelDistance.L2.matrix(labels);
        assertThat(distances[0][1]).isZero();
        assertThat(distances[0][2]).isEqualTo(distances[1][3]);
        assertThat(LabelDistance.L1.matrix(labels)[0][2]).isCloseTo(1.1, within(1e-12));
    }

    @Test
    void shouldHaveTheGradientOfFiniteDifferences() {
        double[][] labels = {{0.5, 0.5}, {-0.5, 0.5}, {-0.5, 0.5}, {0.2, -0.7}};
        double[][] distances = LabelDistance.L2.matrix(labels);
        double[][] s = {{.9, .1, -.3, .2}, {.2, .8, .3, -.1}, {-.2, .4, .7, 0}, {.3, -.5, .1, .6}};
        int[] classes = {0, 1, 1, 2};
        checkGradient(s, x -> RankNContrast.anchored(x, distances, 0.3));
        checkGradient(s, x -> RankNContrast.symmetric(x, distances, 0.1));
        checkGradient(s, x -> SymmetricCrossEntropy.symmetric(x, 0.2));
        checkGradient(s, x -> SupervisedContrastive.symmetric(x, classes, 0.2));
    }

    /// DJL closes the arrays that it makes of numbers (`x.mul(2)`) while the backward pass still reads them: once
    /// memory was collected in between, gradients were infinite.
    @Test
    void shouldHaveTheSameGradientWheneverMemoryIsCollected() {
        int n = 128;
        SplittableRandom random = new SplittableRandom(2);
        double[][] labels = new double[n][];
        int[] classes = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = new double[] {random.nextInt(6) * 0.2, random.nextInt(6) * 0.2};
            classes[i] = random.nextInt(8);
        }
        double[][] distances = LabelDistance.L2.matrix(labels);
        NDArray x = manager.create(random.doubles((long) n * n, -1, 1).toArray(), new Shape(n, n));
        NDArray places = array(labels);
        x.setRequiresGradient(true);
        double[] first = null;
        for (int repeat = 0; repeat < 40; repeat++) {
            try (NDManager step = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray similarities = step.ones(new Shape(1), DataType.FLOAT64).mul(x);
                NDArray loss = RankNContrast.symmetric(similarities, distances, 0.1)
                        .add(SupervisedContrastive.symmetric(similarities, classes, 0.1))
                        .add(SymmetricCrossEntropy.symmetric(similarities, 0.1))
                        .add(Concordance.loss(similarities.get(":, :2"), places));
                System.gc();
                collector.backward(loss);
            }
            try (NDArray found = x.getGradient()) {
                double[] gradient = found.toDoubleArray();
                found.subi(found);
                first = first == null ? gradient : first;
                assertThat(largestDifference(gradient, first))
                        .as("repeat %d", repeat)
                        .isLessThan(1e-12);
            }
        }
    }

    private static double largestDifference(double[] x, double[] y) {
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = Math.abs(x[i] - y[i]);
            largest = difference <= largest ? largest : difference; // NaN counts as large
        }
        return largest;
    }

    @Test
    void shouldGiveNoLossForPerfectAgreementAndTwoForPerfectDisagreement() {
        NDArray wanted = array(new double[][] {{-1, -0.5}, {0, 0.5}, {1, 0}});
        assertThat(Concordance.loss(wanted, wanted).getDouble()).isCloseTo(0, within(1e-5));
        assertThat(Concordance.loss(wanted.mul(-1), wanted).getDouble()).isCloseTo(2, within(1e-5));
    }

    private static void checkGradient(double[][] at, Function<NDArray, NDArray> loss) {
        NDArray x = array(at);
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.apply(x));
        }
        double[] gradient = x.getGradient().toDoubleArray();
        double step = 1e-5;
        for (int i = 0; i < at.length; i++) {
            for (int j = 0; j < at.length; j++) {
                double up = moved(at, i, j, step, loss);
                double down = moved(at, i, j, -step, loss);
                assertThat(gradient[i * at.length + j])
                        .as("d loss / d s[%d][%d]", i, j)
                        .isCloseTo((up - down) / (2 * step), within(1e-6));
            }
        }
    }

    private static double moved(double[][] at, int i, int j, double step, Function<NDArray, NDArray> loss) {
        double old = at[i][j];
        at[i][j] = old + step;
        double value = loss.apply(array(at)).getDouble();
        at[i][j] = old;
        return value;
    }

    private static NDArray array(double[][] values) {
        double[] flat = new double[values.length * values[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values[i / values[0].length][i % values[0].length];
        }
        return manager.create(flat, new Shape(values.length, values[0].length));
    }
}

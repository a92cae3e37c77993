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
import io.undertone.trainer.evaluation.Measures;
import io.undertone.trainer.loss.AlignmentLoss.Anchors;
import io.undertone.trainer.loss.AlignmentLoss.Objective;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LossTest {

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

    @Test
    void shouldGiveTheHandComputedInfoNce() {
        assertThat(SymmetricCrossEntropy.anchored(array(SIMILARITIES)).getDouble())
                .isCloseTo(0.697372, within(1e-6));
    }

    @Test
    void shouldBeTheSymmetricCrossEntropyWhenEveryClipIsAClassOfItsOwn() {
        double supCon = SupervisedContrastive.symmetric(array(SIMILARITIES), new int[] {0, 1, 2})
                .getDouble();
        double clip = SymmetricCrossEntropy.symmetric(array(SIMILARITIES)).getDouble();
        assertThat(supCon).isCloseTo(clip, within(1e-12));
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
        Temperature temperature = new Temperature.Fixed(0.2);
        for (Ties ties : Ties.values()) {
            checkGradient(s, x -> RankNContrast.anchored(temperature.logits(x), distances, ties));
            checkGradient(s, x -> RankNContrast.symmetric(temperature.logits(x), distances, ties));
        }
        checkGradient(s, x -> SymmetricCrossEntropy.symmetric(temperature.logits(x)));
        checkGradient(s, x -> SupervisedContrastive.symmetric(temperature.logits(x), classes));
        for (Objective objective : Objective.values()) {
            AlignmentLoss chosen = new AlignmentLoss(objective, Anchors.AUDIO, LabelDistance.L1, Ties.MASK, 0.5);
            checkGradient(s, x -> chosen.of(temperature.logits(x), labels, classes));
        }
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
        x.setRequiresGradient(true);
        double[] first = null;
        for (int repeat = 0; repeat < 40; repeat++) {
            try (NDManager step = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray similarities = step.ones(new Shape(1), DataType.FLOAT64).mul(x);
                NDArray logits = new Temperature.Fixed(0.1).logits(similarities);
                NDArray loss = RankNContrast.symmetric(logits, distances, Ties.MASK)
                        .add(SupervisedContrastive.symmetric(logits, classes))
                        .add(SymmetricCrossEntropy.symmetric(logits))
                        .add(Concordance.loss(similarities.get(":, :2"), labels));
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
        double[][] wanted = {{-1, -0.5}, {0, 0.5}, {1, 0}};
        assertThat(Concordance.loss(array(wanted), wanted).getDouble()).isCloseTo(0, within(1e-5));
        assertThat(Concordance.loss(array(wanted).mul(-1), wanted).getDouble()).isCloseTo(2, within(1e-5));
    }

    @Test
    void shouldAgreeOverTheLabelsThatAreKnownAlone() {
        double none = Double.NaN;
        double[][] said = {{-1, 0.9}, {0.3, -0.2}, {1, 0.1}, {0.5, 0.4}};
        double valence = 1 - Measures.concordance(new double[] {-1, 0.3, 1}, new double[] {-0.8, 0.4, 0.6});
        double arousal = 1 - Measures.concordance(new double[] {-0.2, 0.1, 0.4}, new double[] {0.3, 0.2, 0.5});
        double[][] some = {{-0.8, none}, {0.4, 0.3}, {0.6, 0.2}, {none, 0.5}};
        assertThat(Concordance.loss(array(said), some).getDouble()).isCloseTo((valence + arousal) / 2, within(1e-5));
        double[][] onlyValence = {{-0.8, none}, {0.4, none}, {0.6, 0.2}, {none, none}}; // one arousal says nothing
        assertThat(Concordance.loss(array(said), onlyValence).getDouble()).isCloseTo(valence, within(1e-5));
        double[][] nothing = {{none, none}, {none, none}, {none, none}, {none, none}};
        assertThat(Concordance.loss(array(said), nothing).getDouble()).isZero();
        assertThat(gradient(said, x -> Concordance.loss(x, some))[1]).isZero(); // nobody said that clip's arousal
        assertThat(gradient(said, x -> Concordance.loss(x, some))).doesNotContain(Double.NaN);
    }

    private static double[] gradient(double[][] at, Function<NDArray, NDArray> loss) {
        NDArray x = array(at);
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.apply(x));
        }
        return x.getGradient().toDoubleArray();
    }

    private static void checkGradient(double[][] at, Function<NDArray, NDArray> loss) {
        double[] gradient = gradient(at, loss);
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

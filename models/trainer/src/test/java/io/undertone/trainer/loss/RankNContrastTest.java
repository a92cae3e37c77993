package io.undertone.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.TrainerMain;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RankNContrastTest {

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
    void shouldGiveTheHandComputedLossWhateverTheTiesWhereThereAreNone(
            double temperature, double a2t, double t2a, double symmetric) {
        double[][] distances = LabelDistance.L2.matrix(LABELS);
        NDArray s = logits(SIMILARITIES, temperature);
        for (Ties ties : Ties.values()) {
            assertThat(RankNContrast.anchored(s, distances, ties).getDouble()).isCloseTo(a2t, within(1e-6));
            assertThat(RankNContrast.anchored(s.transpose(), distances, ties).getDouble())
                    .isCloseTo(t2a, within(1e-6));
            assertThat(RankNContrast.symmetric(s, distances, ties).getDouble()).isCloseTo(symmetric, within(1e-6));
            assertThat(RankNContrast.reference(SIMILARITIES, distances, temperature, ties))
                    .isCloseTo(a2t, within(1e-6));
        }
    }

    /// Clips 0 and 1 have one label, clip 2 another. Exponentials of the similarities, rows audio:
    ///
    ///     4 2 1
    ///     2 4 1
    ///     1 3 6
    @Test
    void shouldGiveTheHandComputedLossOfEachKindOfTies() {
        double[][] labels = {{0, 0}, {0, 0}, {1, 0}};
        double[][] s = {
            {Math.log(4), Math.log(2), Math.log(1)},
            {Math.log(2), Math.log(4), Math.log(1)},
            {Math.log(1), Math.log(3), Math.log(6)}
        };
        double ownOfTwo = Math.log(10.0 / 6);
        double equalsOfTwo = Math.log(4.0 / 1) + Math.log(4.0 / 3);
        double kept = 2 * (Math.log(7.0 / 4) + Math.log(7.0 / 2)) + equalsOfTwo + ownOfTwo;
        double equalsMasked = 2 * (Math.log(5.0 / 4) + Math.log(3.0 / 2)) + equalsOfTwo + ownOfTwo;
        double masked = 2 * (Math.log(5.0 / 4) + Math.log(3.0 / 2)) + ownOfTwo;
        double[][] distances = LabelDistance.L2.matrix(labels);
        Map<Ties, Double> wanted = Map.of(Ties.KEEP, kept, Ties.MASK_EQUAL_LABELS, equalsMasked, Ties.MASK, masked);
        wanted.forEach((ties, sum) -> assertThat(
                        RankNContrast.anchored(logits(s, 1), distances, ties).getDouble())
                .as("%s", ties)
                .isCloseTo(sum / 9, within(1e-12)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 16, 33, 64, 160})
    void shouldGiveTheSameSortedAsWithPlainLoops(int n) {
        SplittableRandom random = new SplittableRandom(n);
        double[][] similarities = new double[n][];
        Arrays.setAll(similarities, _ -> random.doubles(n, -1, 1).toArray());
        // 1: all labels are equal; 3: many equal labels and distances; 1000: hardly any
        for (int grid : new int[] {1, 3, 1_000}) {
            double[][] labels = new double[n][];
            Arrays.setAll(labels, _ -> new double[] {(double) random.nextInt(grid) / grid, random.nextInt(grid)});
            for (LabelDistance distance : LabelDistance.values()) {
                double[][] distances = distance.matrix(labels);
                for (double temperature : n > 64 ? new double[] {0.1} : new double[] {0.003, 0.1, 10}) {
                    for (Ties ties : Ties.values()) {
                        double fast = RankNContrast.anchored(logits(similarities, temperature), distances, ties)
                                .getDouble();
                        double plain = RankNContrast.reference(similarities, distances, temperature, ties);
                        assertThat(fast)
                                .as("%s, %s, grid %d, temperature %s", distance, ties, grid, temperature)
                                .isCloseTo(plain, within(1e-9));
                    }
                }
            }
        }
    }

    @Test
    void shouldHaveNothingToPushWhereAllLabelsAreEqualAndMasked() {
        double[][] distances = new double[3][3];
        assertThat(RankNContrast.anchored(logits(SIMILARITIES, 1), distances, Ties.MASK_EQUAL_LABELS)
                        .getDouble())
                .isCloseTo(0, within(1e-12));
        assertThat(RankNContrast.anchored(logits(SIMILARITIES, 1), distances, Ties.KEEP)
                        .getDouble())
                .isPositive();
    }

    private static NDArray logits(double[][] similarities, double temperature) {
        double[] flat = Arrays.stream(similarities)
                .flatMapToDouble(Arrays::stream)
                .map(s -> s / temperature)
                .toArray();
        return manager.create(flat, new Shape(similarities.length, similarities.length));
    }

    /// Clips and texts have places of their own: no distance is 0 by being a pair, and the matrix is not symmetric.
    @Test
    void shouldRankTextsThatAreNobodysCaptionsInBothDirections() {
        double[][] clips = {{0, 0}, {1, 0}, {0, 1}};
        double[][] texts = {{1, 1}, {0, 0.2}, {0.5, 0}};
        double[][] distances = LabelDistance.L2.between(clips, texts);
        double[][] transposed = LabelDistance.L2.between(texts, clips);
        double[][] turned = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                turned[j][i] = SIMILARITIES[i][j];
            }
        }
        double wanted = (RankNContrast.reference(SIMILARITIES, distances, 0.5, Ties.KEEP)
                        + RankNContrast.reference(turned, transposed, 0.5, Ties.KEEP))
                / 2;
        assertThat(RankNContrast.unpaired(logits(SIMILARITIES, 0.5), distances, Ties.KEEP)
                        .getDouble())
                .isCloseTo(wanted, within(1e-9));
    }
}

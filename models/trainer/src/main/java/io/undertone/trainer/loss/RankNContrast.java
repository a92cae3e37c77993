package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.network.Scalars;

/// Rank-N-Contrast across modalities (Zha et al. 2023, arXiv 2210.01189; Chandra et al. 2025, arXiv 2505.23732).
/// The equation of the second paper is not published: this form is reconstructed from its text and figure.
///
///     d_ij = distance between the labels of i and j
///     S_ij = { k : d_ik >= d_ij }, or with fewer ties, see Ties
///     loss = 1/N^2 sum_i sum_j -log( exp(s_ij / temperature) / sum_{k in S_ij} exp(s_ik / temperature) )
///
/// with s the similarity of anchor i (rows, audio) and candidate j (columns, text).
public final class RankNContrast {

    private RankNContrast() {}

    /// Audio anchors only.
    ///
    /// Each row is sorted from far to near; a running sum of exponentials then gives every denominator, and
    /// ties take the value at the end of their block (at its start where they are masked): `N^2 log N` in place of
    /// `N^3`. Computed in 64 bits, so that no exponential underflows down to a temperature of 0.003.
    ///
    /// @param logits `[n, n]`, similarities divided by the temperature, see [Temperature#logits]
    /// @param distances `[n, n]` of the labels
    /// @return a scalar of 64 bits
    public static NDArray anchored(NDArray logits, double[][] distances, Ties ties) {
        return ranked(logits, FarToNear.of(distances, ties));
    }

    /// The mean of the loss with audio anchors and of that with text anchors.
    ///
    /// @param distances `[n, n]` of the labels, symmetric
    public static NDArray symmetric(NDArray logits, double[][] distances, Ties ties) {
        FarToNear places = FarToNear.of(distances, ties);
        return Scalars.times(ranked(logits, places).add(ranked(logits.transpose(), places)), 0.5);
    }

    /// Both directions between clips and texts that are nobody's captions, by their places alone.
    ///
    /// @param logits `[n, n]`, clips by texts
    /// @param distances `[n, n]` from clip to text; need not be symmetric
    public static NDArray unpaired(NDArray logits, double[][] distances, Ties ties) {
        int n = distances.length;
        double[][] transposed = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                transposed[j][i] = distances[i][j];
            }
        }
        NDArray both = ranked(logits, FarToNear.of(distances, ties))
                .add(ranked(logits.transpose(), FarToNear.of(transposed, ties)));
        return Scalars.times(both, 0.5);
    }

    private static NDArray ranked(NDArray logits, FarToNear places) {
        Shape shape = logits.getShape();
        NDManager manager = logits.getManager();
        // Not closed here: the backward pass reads the indexes, and DJL frees an array's memory with the array.
        NDArray order = manager.create(places.order(), shape);
        NDArray prefixes = manager.create(places.prefixes(), shape);
        NDArray own = manager.create(places.own(), shape);
        NDArray sorted = Precision.widened(logits).gather(order, 1);
        NDArray shifted = sorted.sub(sorted.max(new int[] {1}, true).stopGradient());
        NDArray exponentials = shifted.exp();
        NDArray sums =
                manager.zeros(new Shape(shape.get(0), 1), DataType.FLOAT64).concat(exponentials.cumSum(1), 1);
        NDArray denominators = sums.gather(prefixes, 1).add(exponentials.mul(own));
        return denominators.log().sub(shifted).mean();
    }

    /// The formula as it stands above, with plain loops: what the fast form is tested against.
    ///
    /// @param similarities `[n, n]`, not divided by the temperature
    public static double reference(double[][] similarities, double[][] distances, double temperature, Ties ties) {
        int n = distances.length;
        double loss = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double denominator = 0;
                for (int k = 0; k < n; k++) {
                    boolean farther = distances[i][k] > distances[i][j];
                    boolean tie = distances[i][k] == distances[i][j] && !ties.masks(distances[i][j]);
                    if (farther || k == j || tie) {
                        denominator += Math.exp((similarities[i][k] - similarities[i][j]) / temperature);
                    }
                }
                loss += Math.log(denominator);
            }
        }
        return loss / n / n;
    }
}

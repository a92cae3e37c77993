package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.network.Scalars;
import java.util.Arrays;

/// Rank-N-Contrast across modalities (Zha et al. 2023, arXiv 2210.01189; Chandra et al. 2025, arXiv 2505.23732).
/// The equation of the second paper is not published: this form is reconstructed from its text and figure.
///
///     d_ij = distance between the labels of i and j
///     S_ij = { k : d_ik >= d_ij }
///     loss = 1/N^2 sum_i sum_j -log( exp(s_ij / temperature) / sum_{k in S_ij} exp(s_ik / temperature) )
///
/// with s the similarity of anchor i (rows, audio) and candidate j (columns, text).
public final class RankNContrast {

    private RankNContrast() {}

    /// Audio anchors only.
    ///
    /// Each row is sorted from far to near; a running sum of exponentials then gives every denominator, and
    /// ties take the value at the end of their block: `N^2 log N` in place of `N^3`. Computed in 64 bits, so
    /// that no exponential underflows down to a temperature of 0.003.
    ///
    /// @param similarities `[n, n]`
    /// @param distances `[n, n]` of the labels
    /// @return a scalar of 64 bits
    public static NDArray anchored(NDArray similarities, double[][] distances, double temperature) {
        int n = distances.length;
        long[] order = new long[n * n];
        long[] blockEnds = new long[n * n];
        for (int i = 0; i < n; i++) {
            sortFarToNear(distances[i], order, blockEnds, i * n);
        }
        // Not closed here: the backward pass reads the indexes, and DJL frees an array's memory with the array.
        NDArray orderIndex = similarities.getManager().create(order, new Shape(n, n));
        NDArray endIndex = similarities.getManager().create(blockEnds, new Shape(n, n));
        NDArray scaled =
                Scalars.times(Precision.widened(similarities), 1 / temperature).gather(orderIndex, 1);
        NDArray shifted = scaled.sub(scaled.max(new int[] {1}, true).stopGradient());
        NDArray denominators = shifted.exp().cumSum(1).gather(endIndex, 1).log();
        return denominators.sub(shifted).mean();
    }

    /// The mean of the loss with audio anchors and of that with text anchors.
    public static NDArray symmetric(NDArray similarities, double[][] distances, double temperature) {
        NDArray both = anchored(similarities, distances, temperature)
                .add(anchored(similarities.transpose(), distances, temperature));
        return Scalars.times(both, 0.5);
    }

    private static void sortFarToNear(double[] distances, long[] order, long[] blockEnds, int offset) {
        int n = distances.length;
        Integer[] sorted = new Integer[n];
        Arrays.setAll(sorted, k -> k);
        Arrays.sort(sorted, (a, b) -> Double.compare(distances[b], distances[a]));
        int end = n - 1;
        for (int position = n - 1; position >= 0; position--) {
            order[offset + position] = sorted[position];
            if (position < n - 1 && distances[sorted[position]] != distances[sorted[position + 1]]) {
                end = position;
            }
            blockEnds[offset + position] = end;
        }
    }

    /// The formula as it stands above, with plain loops: what the fast form is tested against.
    public static double reference(double[][] similarities, double[][] distances, double temperature) {
        int n = distances.length;
        double loss = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double denominator = 0;
                for (int k = 0; k < n; k++) {
                    if (distances[i][k] >= distances[i][j]) {
                        denominator += Math.exp((similarities[i][k] - similarities[i][j]) / temperature);
                    }
                }
                loss += Math.log(denominator);
            }
        }
        return loss / n / n;
    }
}

package io.undertone.trainer.loss;

import java.util.Arrays;

/// The candidates of each anchor from far to near, as indexes into flat `[n, n]` arrays: what the sorted form of
/// [RankNContrast] reads instead of comparing every triple.
final class FarToNear {

    private final int n;
    private final long[] order;
    private final long[] prefixes;
    private final double[] own;

    private FarToNear(int n) {
        this.n = n;
        this.order = new long[n * n];
        this.prefixes = new long[n * n];
        this.own = new double[n * n];
    }

    /// @param distances `[n, n]`, not negative
    static FarToNear of(double[][] distances, Ties ties) {
        FarToNear sorted = new FarToNear(distances.length);
        for (int i = 0; i < distances.length; i++) {
            sorted.row(i, distances[i], ties);
        }
        return sorted;
    }

    /// `[n, n]`: the candidate at each place of the row.
    long[] order() {
        return order;
    }

    /// `[n, n]`: how many places from the left the denominator of each place sums up.
    long[] prefixes() {
        return prefixes;
    }

    /// `[n, n]`: 1 where the place itself is not among them and is to be added, otherwise 0.
    double[] own() {
        return own;
    }

    private void row(int i, double[] distances, Ties ties) {
        long[] sorted = farToNear(distances);
        int start = 0;
        while (start < n) {
            double distance = distances[(int) sorted[start]];
            int end = start + 1;
            while (end < n && distances[(int) sorted[end]] == distance) {
                end++;
            }
            boolean masked = ties.masks(distance);
            for (int place = start; place < end; place++) {
                order[i * n + place] = sorted[place];
                prefixes[i * n + place] = masked ? start : end;
                own[i * n + place] = masked ? 1 : 0;
            }
            start = end;
        }
    }

    /// Sorts primitive keys (rank of the distance, index): several times faster than boxed indexes with a comparator.
    private long[] farToNear(double[] distances) {
        double[] ascending = distances.clone();
        Arrays.sort(ascending);
        double[] distinct = Arrays.stream(ascending).distinct().toArray();
        long[] keys = new long[n];
        for (int k = 0; k < n; k++) {
            int rank = distinct.length - Arrays.binarySearch(distinct, distances[k]);
            keys[k] = ((long) rank << Integer.SIZE) | k;
        }
        Arrays.sort(keys);
        for (int k = 0; k < n; k++) {
            keys[k] = (int) keys[k];
        }
        return keys;
    }
}

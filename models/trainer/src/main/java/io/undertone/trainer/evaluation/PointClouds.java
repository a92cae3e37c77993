package io.undertone.trainer.evaluation;

import java.util.Arrays;

/// Distances between two clouds of points, computed from the points' squared Euclidean distances, so that many
/// pairs of clouds out of the same points cost little. Immutable.
final class PointClouds {

    private final double[][] squared; // [points, points]

    private PointClouds(double[][] squared) {
        this.squared = squared;
    }

    /// @param points `[points, dim]`
    static PointClouds of(float[][] points) {
        double[][] squared = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < i; j++) {
                double sum = 0;
                for (int k = 0; k < points[i].length; k++) {
                    double apart = points[i][k] - points[j][k];
                    sum += apart * apart;
                }
                squared[i][j] = sum;
                squared[j][i] = sum;
            }
        }
        return new PointClouds(squared);
    }

    /// The median of the distances of all pairs of points: the usual bandwidth of the kernel (Gretton et al. 2012,
    /// section 8). 1 when the points are all the same.
    double medianDistance() {
        double[] distances = new double[squared.length * (squared.length - 1) / 2];
        int next = 0;
        for (int i = 0; i < squared.length; i++) {
            for (int j = 0; j < i; j++) {
                distances[next++] = Math.sqrt(squared[i][j]);
            }
        }
        Arrays.sort(distances);
        double median = distances.length == 0 ? 0 : distances[distances.length / 2];
        return median == 0 ? 1 : median;
    }

    /// Maximum mean discrepancy (Gretton et al. 2012, equation 5: the biased estimate, not squared) with the
    /// Gaussian kernel `exp(-d^2 / (2 bandwidth^2))`; 0 for equal clouds, at most sqrt(2).
    ///
    /// @param first indexes of points
    /// @param second indexes of points
    double mmd(int[] first, int[] second, double bandwidth) {
        double scale = -1 / (2 * bandwidth * bandwidth);
        double within = kernelMean(first, first, scale) + kernelMean(second, second, scale);
        return Math.sqrt(Math.max(0, within - 2 * kernelMean(first, second, scale)));
    }

    private double kernelMean(int[] rows, int[] columns, double scale) {
        double sum = 0;
        for (int row : rows) {
            for (int column : columns) {
                sum += Math.exp(scale * squared[row][column]);
            }
        }
        return sum / rows.length / columns.length;
    }

    /// Distance of the clouds' means.
    double meanDistance(int[] first, int[] second) {
        double between = mean(first, second) - mean(first, first) / 2 - mean(second, second) / 2;
        return Math.sqrt(Math.max(0, between));
    }

    private double mean(int[] rows, int[] columns) {
        double sum = 0;
        for (int row : rows) {
            for (int column : columns) {
                sum += squared[row][column];
            }
        }
        return sum / rows.length / columns.length;
    }

    /// Wasserstein distance of order 1 with Euclidean ground distance between two clouds of equal size, by the best
    /// assignment of their points.
    double wasserstein(int[] first, int[] second) {
        double[][] costs = new double[first.length][second.length];
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < second.length; j++) {
                costs[i][j] = Math.sqrt(squared[first[i]][second[j]]);
            }
        }
        return Assignment.leastCost(costs) / first.length;
    }
}

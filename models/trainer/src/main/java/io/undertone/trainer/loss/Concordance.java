package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.network.Scalars;

/// One minus the concordance correlation coefficient (Lin 1989): unlike the squared error it does not pay to
/// predict the mean.
public final class Concordance {

    private Concordance() {}

    /// Each dimension by the rows whose label is known; one that fewer than two rows know counts as if it were not
    /// there.
    ///
    /// @param predicted `[n, 2]`
    /// @param wanted `[n][2]`, NaN where a label is missing
    /// @return the mean of the columns' losses, a scalar in [0, 2]; 0 without a gradient if no label is known
    public static NDArray loss(NDArray predicted, double[][] wanted) {
        double[] labels = new double[2 * wanted.length];
        double[] weights = new double[2 * wanted.length]; // of each column's rows, of sum 1
        double[] counted = new double[2]; // weight of each column
        for (int column = 0; column < 2; column++) {
            int known = 0;
            for (double[] row : wanted) {
                known += Double.isNaN(row[column]) ? 0 : 1;
            }
            for (int i = 0; known > 1 && i < wanted.length; i++) {
                if (!Double.isNaN(wanted[i][column])) {
                    labels[2 * i + column] = wanted[i][column];
                    weights[2 * i + column] = 1.0 / known;
                }
            }
            counted[column] = known > 1 ? 1 : 0;
        }
        double columns = Math.max(1, counted[0] + counted[1]);
        counted[0] /= columns;
        counted[1] /= columns;
        Shape shape = new Shape(wanted.length, 2);
        return loss(
                predicted,
                array(predicted, labels, shape),
                array(predicted, weights, shape),
                array(predicted, counted, new Shape(1, 2)));
    }

    private static NDArray loss(NDArray predicted, NDArray labels, NDArray weights, NDArray counted) {
        int[] rows = {0};
        NDArray meanPredicted = predicted.mul(weights).sum(rows, true);
        NDArray meanLabels = labels.mul(weights).sum(rows, true);
        NDArray p = predicted.sub(meanPredicted);
        NDArray w = labels.sub(meanLabels);
        NDArray covariance = p.mul(w).mul(weights).sum(rows, true);
        NDArray spread = p.mul(p).add(w.mul(w)).mul(weights).sum(rows, true);
        NDArray shift = meanPredicted.sub(meanLabels);
        NDArray concordance =
                Scalars.times(covariance, 2).div(spread.add(shift.mul(shift)).add(1e-6f));
        return Scalars.times(concordance, -1).add(1).mul(counted).sum();
    }

    private static NDArray array(NDArray like, double[] values, Shape shape) {
        if (like.getDataType() == DataType.FLOAT64) {
            return like.getManager().create(values, shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return like.getManager().create(floats, shape);
    }
}

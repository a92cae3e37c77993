package io.undertone.trainer.loss;

/// How far two labels (valence, arousal) are apart. Computed from differences, so that equal labels are at
/// exactly 0 and equal distances are exactly equal: ties must be ties.
public enum LabelDistance {
    L1 {
        @Override
        double of(double dv, double da) {
            return Math.abs(dv) + Math.abs(da);
        }
    },
    L2 {
        @Override
        double of(double dv, double da) {
            return Math.sqrt(dv * dv + da * da);
        }
    };

    abstract double of(double dv, double da);

    /// @param rows `[n, 2]`
    /// @param columns `[m, 2]`
    /// @return `[n, m]`
    public double[][] between(double[][] rows, double[][] columns) {
        double[][] distances = new double[rows.length][columns.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                distances[i][j] = of(rows[i][0] - columns[j][0], rows[i][1] - columns[j][1]);
            }
        }
        return distances;
    }

    /// @param labels `[n, 2]`
    /// @return `[n, n]`, symmetric, its diagonal 0
    public double[][] matrix(double[][] labels) {
        int n = labels.length;
        double[][] distances = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double d = of(labels[i][0] - labels[j][0], labels[i][1] - labels[j][1]);
                distances[i][j] = d;
                distances[j][i] = d;
            }
        }
        return distances;
    }
}

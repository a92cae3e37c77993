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

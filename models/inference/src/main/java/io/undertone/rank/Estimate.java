package io.undertone.rank;

/// A value in [-1, 1] with the interval that holds the truth with the bundle's stated coverage (conformal, calibrated
/// on
/// speakers that were not trained on).
public record Estimate(double value, double low, double high) {

    public Estimate {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException("value must lie in [" + low + ", " + high + "]: " + value);
        }
    }
}

package io.undertone.rank;

/// A value in [-1, 1] with the interval that holds the truth with the bundle's stated coverage (conformal,
/// calibrated on speakers that were not trained on).
public record Estimate(double value, double low, double high) {

    public Estimate {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException("value must lie in [" + low + ", " + high + "]: " + value);
        }
    }

    /// Value and interval, clamped to [-1, 1].
    ///
    /// @param halfWidth of the interval before clamping, not negative
    public static Estimate around(double value, double halfWidth) {
        return new Estimate(
                Math.clamp(value, -1, 1), Math.clamp(value - halfWidth, -1, 1), Math.clamp(value + halfWidth, -1, 1));
    }
}

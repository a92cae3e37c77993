package io.undertone.trainer.evaluation;

/// A measure with its 95 % bootstrap interval over speakers, and what guessing gives.
public record Interval(double value, double low, double high, double chance) {

    @Override
    public String toString() {
        return String.format(java.util.Locale.ROOT, "%.3f [%.3f, %.3f] (chance %.3f)", value, low, high, chance);
    }
}

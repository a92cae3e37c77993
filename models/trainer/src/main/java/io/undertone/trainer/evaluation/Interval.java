package io.undertone.trainer.evaluation;

import java.util.Locale;

/// A measure with its 95 % bootstrap interval over speakers, and what guessing gives. Of a single speaker there is
/// no interval: both ends are the value.
public record Interval(double value, double low, double high, double chance) {

    /// For a table: `0.41 [0.33, 0.46]`, with `(0.13)` behind it where guessing does not give 0.
    ///
    /// @param speakers that were measured on
    public String cell(int speakers) {
        String spread = speakers == 1 ? "[one speaker]" : String.format(Locale.ROOT, "[%.2f, %.2f]", low, high);
        return String.format(Locale.ROOT, "%.2f %s", value, spread)
                + (chance == 0 ? "" : String.format(Locale.ROOT, " (%.2f)", chance));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f] (chance %.3f)", value, low, high, chance);
    }
}

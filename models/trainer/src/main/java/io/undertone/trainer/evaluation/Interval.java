package io.undertone.trainer.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A measure with its 95 % bootstrap interval over speakers, and what guessing gives. Of a single speaker there is
/// no interval: both ends are the value. Of no clip there is nothing: [#NONE].
public record Interval(double value, double low, double high, double chance) {

    /// No clip has the label that this would be measured by. Null in JSON.
    static final Interval NONE = new Interval(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    boolean isNone() {
        return Double.isNaN(value);
    }

    @JsonValue
    @Nullable
    Map<String, Double> toJson() {
        if (isNone()) {
            return null;
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("value", value);
        figures.put("low", low);
        figures.put("high", high);
        figures.put("chance", chance);
        return figures;
    }

    /// For a table: `0.41 [0.33, 0.46]`, with `(0.13)` behind it where guessing does not give 0; `-` for none.
    ///
    /// @param speakers that were measured on
    public String cell(int speakers) {
        if (isNone()) {
            return "-";
        }
        String spread = speakers == 1 ? "[one speaker]" : String.format(Locale.ROOT, "[%.2f, %.2f]", low, high);
        return String.format(Locale.ROOT, "%.2f %s", value, spread)
                + (chance == 0 ? "" : String.format(Locale.ROOT, " (%.2f)", chance));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f] (chance %.3f)", value, low, high, chance);
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TrainingLabel;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A label as somebody wrote it, on the command line or as a line of a file, with every value as text.
///
/// @param where begins messages; empty on the command line
record LabelRow(Map<String, String> values, String where) {

    /// What may be said.
    static final List<String> KEYS =
            List.of("call", "channel", "at", "from", "to", "emotion", "intensity", "valence", "arousal", "weight");

    LabelRow {
        values = Map.copyOf(values);
        Set<String> unknown = new TreeSet<>(values.keySet());
        KEYS.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    where + "unknown key '" + unknown.iterator().next() + "'; known: " + String.join(", ", KEYS));
        }
    }

    /// @param now when it is said
    /// @throws InvalidInputException if it says nothing, or something that cannot be
    TrainingLabel label(Instant now) {
        Stretch stretch = stretch();
        Optional<Double> valence = number("valence", -1, 1);
        Optional<Double> arousal = number("arousal", -1, 1);
        Optional<String> emotion = text("emotion").map(named -> named.toLowerCase(Locale.ROOT));
        if (valence.isPresent() != arousal.isPresent()) {
            throw new InvalidInputException(where + "valence and arousal must be given together, not "
                    + (valence.isPresent() ? "valence" : "arousal") + " alone");
        }
        if (emotion.isEmpty() && valence.isEmpty()) {
            throw new InvalidInputException(where + "emotion must be given, or valence and arousal, or all of them");
        }
        emotion.ifPresent(named -> require("emotion", named, Emotions.NAMES));
        text("intensity").ifPresent(named -> require("intensity", named, Emotions.INTENSITIES));
        if (text("intensity").isPresent() && emotion.isEmpty()) {
            throw new InvalidInputException(where + "intensity goes with emotion alone");
        }
        return TrainingLabel.newBuilder()
                .setCallId(required("call"))
                .setChannel(required("channel"))
                .setStartMs(stretch.startMillis())
                .setEndMs(stretch.endMillis())
                .setEmotion(emotion.orElse(null))
                .setIntensity(text("intensity").orElse(null))
                .setValence(valence.orElse(null))
                .setArousal(arousal.orElse(null))
                .setWeight(number("weight", Double.MIN_VALUE, 1e6).orElse(1.0))
                .setAt(now)
                .build();
    }

    /// Of a call, in milliseconds of call time.
    record Stretch(long startMillis, long endMillis) {}

    /// @throws InvalidInputException unless it is a moment, or begins before it ends
    Stretch stretch() {
        Optional<Double> at = number("at", 0, 1e7);
        Optional<Double> from = number("from", 0, 1e7);
        Optional<Double> to = number("to", 0, 1e7);
        boolean moment = at.isPresent() && from.isEmpty() && to.isEmpty();
        boolean span = at.isEmpty() && from.isPresent() && to.isPresent() && from.get() <= to.get();
        if (!moment && !span) {
            throw new InvalidInputException(
                    where + "at must be given, or from and to in this order, in seconds of the call");
        }
        return new Stretch(millis(moment ? at : from), millis(moment ? at : to));
    }

    String required(String key) {
        return text(key).orElseThrow(() -> new InvalidInputException(where + key + " is missing"));
    }

    private static long millis(Optional<Double> seconds) {
        return Math.round(seconds.orElse(0.0) * 1000);
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private Optional<Double> number(String key, double low, double high) {
        return text(key).map(value -> {
            double number;
            try {
                number = Double.parseDouble(value);
            } catch (NumberFormatException e) {
                throw new InvalidInputException(where + key + " must be a number: '" + value + "'", e);
            }
            if (!(number >= low && number <= high)) {
                throw new InvalidInputException(where + key + " must be "
                        + (low == Double.MIN_VALUE ? "positive" : "in [" + plain(low) + ", " + plain(high) + "]")
                        + ": " + value);
            }
            return number;
        });
    }

    private static String plain(double bound) {
        return Long.toString((long) bound);
    }

    private void require(String key, String value, Set<String> known) {
        if (!known.contains(value)) {
            throw new InvalidInputException(
                    where + key + " must be one of " + String.join(", ", known) + ": '" + value + "'");
        }
    }
}

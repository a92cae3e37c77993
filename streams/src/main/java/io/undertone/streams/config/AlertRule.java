package io.undertone.streams.config;

import java.time.Duration;

/// When somebody is to be told of a channel: a trigger that holds for a while. Immutable.
///
/// @param name in alerts and in this configuration, unique
/// @param holds call time for which the trigger holds, from the end of the first window to the end of the one that
///     starts the alert; zero: the first window starts it
/// @param silence call time without a scored window after which it no longer holds
/// @param coolDown call time after an end in which the rule does not start again on the same channel
public record AlertRule(String name, Trigger trigger, Duration holds, Duration silence, Duration coolDown) {

    /// What is looked at. Starting is harder than staying, so that an alert does not flicker.
    public sealed interface Trigger {}

    /// A prompt of the bank that fits.
    ///
    /// @param id of the prompt; while the bank lacks it the rule never holds
    /// @param strength starts at this strength or more, in [0, 1]
    /// @param release ends below this strength, at most `strength`
    public record Prompt(String id, double strength, double release) implements Trigger {

        public Prompt {
            Range.checkRatio("alerts.strength", strength);
            Range.checkRatio("alerts.release", release);
            if (release > strength) {
                throw new IllegalArgumentException(
                        "'alerts.release' must be at most 'alerts.strength' (" + strength + "): " + release);
            }
        }
    }

    /// A region of the plane of valence and arousal, all bounds within it.
    ///
    /// @param margin the alert ends that far outside of the bounds, not negative
    public record Region(double minValence, double maxValence, double minArousal, double maxArousal, double margin)
            implements Trigger {

        public Region {
            checkBounds("valence", minValence, maxValence);
            checkBounds("arousal", minArousal, maxArousal);
            if (!(margin >= 0 && margin <= 2)) {
                throw new IllegalArgumentException("'alerts.margin' must be in [0, 2]: " + margin);
            }
            if (minValence == -1 && maxValence == 1 && minArousal == -1 && maxArousal == 1) {
                throw new IllegalArgumentException(
                        "a rule of 'alerts' must have 'prompt', or a bound of valence or arousal such as"
                                + " 'max-valence'");
            }
        }

        private static void checkBounds(String dimension, double min, double max) {
            if (!(min >= -1 && min <= max && max <= 1)) {
                throw new IllegalArgumentException("'alerts.min-" + dimension + "' and 'alerts.max-" + dimension
                        + "' must be in [-1, 1], the first not above the second: " + min + ", " + max);
            }
        }
    }

    static final double RELEASE_BELOW = 0.1;
    static final double MARGIN = 0.1;
    static final Duration HOLDS = Duration.ofSeconds(2);
    static final Duration SILENCE = Duration.ofSeconds(30);
    static final Duration COOL_DOWN = Duration.ofMinutes(1);

    public AlertRule {
        if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "'alerts.name' must be 1 to 100 letters, digits, '.', '_' or '-': '" + name + "'");
        }
        Range.check("alerts.for", holds, Duration.ZERO, Duration.ofHours(1));
        Range.check("alerts.ends-after-silence", silence, Duration.ofMillis(1), Duration.ofHours(24));
        Range.check("alerts.cool-down", coolDown, Duration.ZERO, Duration.ofHours(24));
    }

    static AlertRule read(Section section) {
        return new AlertRule(
                section.requiredText("name"),
                trigger(section),
                section.duration("for", HOLDS),
                section.duration("ends-after-silence", SILENCE),
                section.duration("cool-down", COOL_DOWN));
    }

    private static Trigger trigger(Section section) {
        return section.optionalText("prompt")
                .<Trigger>map(id -> {
                    double strength = section.requiredNumber("strength");
                    double release = section.number("release", Math.max(0, strength - RELEASE_BELOW));
                    return new Prompt(id, strength, release);
                })
                .orElseGet(() -> new Region(
                        section.number("min-valence", -1),
                        section.number("max-valence", 1),
                        section.number("min-arousal", -1),
                        section.number("max-arousal", 1),
                        section.number("margin", MARGIN)));
    }
}

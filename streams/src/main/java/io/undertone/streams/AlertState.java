package io.undertone.streams;

import io.undertone.schemas.AlertEvidence;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.schemas.RankedPrompt;
import io.undertone.streams.config.AlertRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where one rule stands on one channel. Immutable; moves on with each scored window. Windows that abstain say nothing
/// about it, until there were none but them for as long as the rule allows.
///
/// @param firstWindow index of the first window for which the rule held
/// @param fromMillis start in call time of that window
/// @param sinceMillis its end
/// @param toMillis end of the last window for which the rule held
/// @param quietUntilMillis end of the cool-down
/// @param evidence the first windows and the last, at most [#MAX_EVIDENCE]
record AlertState(
        Phase phase,
        long firstWindow,
        long fromMillis,
        long sinceMillis,
        long toMillis,
        long quietUntilMillis,
        List<AlertEvidence> evidence) {

    static final int MAX_EVIDENCE = 5;

    enum Phase {
        /// The rule does not hold.
        QUIET,
        /// It holds, not for long enough yet.
        RISING,
        /// The alert has started.
        ACTIVE
    }

    /// What a window did.
    record Step(AlertState next, boolean started, boolean ended) {}

    static final AlertState QUIET = new AlertState(Phase.QUIET, 0, 0, 0, 0, 0, List.of());

    AlertState {
        evidence = List.copyOf(evidence);
    }

    Step after(EmotionTag tag, AlertRule rule) {
        if (tag.getAbstained() != null) {
            return silent(tag, rule);
        }
        Optional<AlertEvidence> holds =
                phase == Phase.ACTIVE ? stays(tag, rule.trigger()) : starts(tag, rule.trigger());
        if (holds.isEmpty()) {
            boolean ended = phase == Phase.ACTIVE;
            long quiet = ended ? tag.getEndMs() + rule.coolDown().toMillis() : quietUntilMillis;
            return new Step(quietUntil(quiet), false, ended);
        }
        if (phase == Phase.QUIET && tag.getEndMs() <= quietUntilMillis) {
            return new Step(this, false, false);
        }
        AlertState held = phase == Phase.QUIET ? begin(tag, holds.get()) : goOn(tag, holds.get());
        boolean started = held.phase == Phase.RISING
                && held.toMillis - held.sinceMillis >= rule.holds().toMillis();
        return new Step(started ? held.in(Phase.ACTIVE) : held, started, false);
    }

    private Step silent(EmotionTag tag, AlertRule rule) {
        if (phase == Phase.QUIET || tag.getEndMs() - toMillis < rule.silence().toMillis()) {
            return new Step(this, false, false);
        }
        return phase == Phase.ACTIVE
                ? new Step(quietUntil(tag.getEndMs() + rule.coolDown().toMillis()), false, true)
                : new Step(quietUntil(quietUntilMillis), false, false);
    }

    private AlertState begin(EmotionTag tag, AlertEvidence first) {
        return new AlertState(
                Phase.RISING,
                tag.getWindowIndex(),
                tag.getStartMs(),
                tag.getEndMs(),
                tag.getEndMs(),
                quietUntilMillis,
                List.of(first));
    }

    private AlertState goOn(EmotionTag tag, AlertEvidence next) {
        List<AlertEvidence> kept = new ArrayList<>(evidence);
        if (kept.size() == MAX_EVIDENCE) {
            kept.removeLast();
        }
        kept.add(next);
        return new AlertState(phase, firstWindow, fromMillis, sinceMillis, tag.getEndMs(), quietUntilMillis, kept);
    }

    private AlertState in(Phase next) {
        return new AlertState(next, firstWindow, fromMillis, sinceMillis, toMillis, quietUntilMillis, evidence);
    }

    private static AlertState quietUntil(long millis) {
        return new AlertState(Phase.QUIET, 0, 0, 0, 0, millis, List.of());
    }

    // ---- the triggers

    private static Optional<AlertEvidence> starts(EmotionTag tag, AlertRule.Trigger trigger) {
        return switch (trigger) {
            case AlertRule.Prompt(String id, double strength, double _) -> prompt(tag, id, strength);
            case AlertRule.Region region -> region(tag, region, 0);
        };
    }

    private static Optional<AlertEvidence> stays(EmotionTag tag, AlertRule.Trigger trigger) {
        return switch (trigger) {
            case AlertRule.Prompt(String id, double _, double release) -> prompt(tag, id, release);
            case AlertRule.Region region -> region(tag, region, region.margin());
        };
    }

    private static Optional<AlertEvidence> prompt(EmotionTag tag, String id, double least) {
        return tag.getRanking().stream()
                .filter(ranked -> ranked.getId().equals(id) && ranked.getStrength() >= least)
                .findFirst()
                .map(ranked ->
                        new AlertEvidence(tag.getWindowIndex(), tag.getStartMs(), tag.getEndMs(), null, null, ranked));
    }

    private static Optional<AlertEvidence> region(EmotionTag tag, AlertRule.Region region, double margin) {
        Interval valence = tag.getValence();
        Interval arousal = tag.getArousal();
        if (valence == null
                || arousal == null
                || !within(valence.getValue(), region.minValence(), region.maxValence(), margin)
                || !within(arousal.getValue(), region.minArousal(), region.maxArousal(), margin)) {
            return Optional.empty();
        }
        return Optional.of(new AlertEvidence(
                tag.getWindowIndex(), tag.getStartMs(), tag.getEndMs(), valence.getValue(), arousal.getValue(), null));
    }

    private static boolean within(double value, double min, double max, double margin) {
        return value >= min - margin && value <= max + margin;
    }

    // ---- the store

    void write(StateWriter out) {
        out.putText(phase.name()).putLong(firstWindow).putLong(fromMillis).putLong(sinceMillis);
        out.putLong(toMillis).putLong(quietUntilMillis).putInt(evidence.size());
        for (AlertEvidence tag : evidence) {
            out.putLong(tag.getWindowIndex()).putLong(tag.getStartMs()).putLong(tag.getEndMs());
            Double valence = tag.getValence();
            Double arousal = tag.getArousal();
            RankedPrompt prompt = tag.getPrompt();
            out.putFlag(prompt != null);
            if (prompt != null) {
                StoredPrompts.write(prompt, out);
            }
            out.putFlag(valence != null && arousal != null);
            if (valence != null && arousal != null) {
                out.putDouble(valence).putDouble(arousal);
            }
        }
    }

    static AlertState read(StateReader in) {
        Phase phase = Phase.valueOf(in.text());
        long[] numbers = {in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()};
        List<AlertEvidence> evidence = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            AlertEvidence.Builder tag = AlertEvidence.newBuilder()
                    .setWindowIndex(in.getLong())
                    .setStartMs(in.getLong())
                    .setEndMs(in.getLong());
            if (in.flag()) {
                tag.setPrompt(StoredPrompts.read(in));
            }
            if (in.flag()) {
                tag.setValence(in.getDouble()).setArousal(in.getDouble());
            }
            evidence.add(tag.build());
        }
        return new AlertState(phase, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], evidence);
    }
}

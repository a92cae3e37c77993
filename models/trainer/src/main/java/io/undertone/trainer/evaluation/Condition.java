package io.undertone.trainer.evaluation;

import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A condition under which clips are heard.
///
/// @param name for tables and JSON
/// @param change of the samples before they are sent
/// @param seconds of the clip that are heard, in one window of that length; 0: all of it, in the bundle's windows
record Condition(String name, Change change, Line line, int seconds) {

    static final Change NONE = (_, samples) -> samples;

    /// What happens to the sound itself. A pure function.
    interface Change {
        /// @param samples `[samples]` at 16 kHz, left as they are
        float[] apply(Clip clip, float[] samples);
    }

    /// What is measured under a condition. The changes are differences to the clean clips, with paired intervals.
    public record Figures(
            String condition,
            int clips,
            int speakers,
            Interval valenceTau,
            Interval arousalTau,
            Interval recall,
            Interval valenceTauChange,
            Interval arousalTauChange,
            Interval recallChange) {

        static Table table(List<Figures> conditions) {
            List<List<String>> rows = new ArrayList<>();
            for (Figures figures : conditions) {
                rows.add(List.of(
                        figures.condition,
                        figures.valenceTau.cell(figures.speakers),
                        signed(figures.valenceTauChange),
                        figures.arousalTau.cell(figures.speakers),
                        signed(figures.arousalTauChange),
                        figures.recall.cell(figures.speakers),
                        signed(figures.recallChange)));
            }
            Figures any = conditions.getFirst();
            return new Table(
                    List.of(
                            any.clips + " clips, " + any.speakers + " speakers",
                            "tau valence",
                            "change",
                            "tau arousal",
                            "change",
                            "zero-shot recall",
                            "change"),
                    rows);
        }

        private static String signed(Interval change) {
            return change.isNone() || (change.low() == 0 && change.high() == 0)
                    ? ""
                    : String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", change.value(), change.low(), change.high());
        }
    }
}

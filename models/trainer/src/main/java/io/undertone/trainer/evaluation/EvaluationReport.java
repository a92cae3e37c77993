package io.undertone.trainer.evaluation;

import java.util.List;
import java.util.Locale;

/// The figures of a bundle on labelled clips, all together and for each corpus.
///
/// @param kind of clips: of unseen speakers, of unseen corpora
public record EvaluationReport(String bundle, String kind, List<Group> groups) {

    public EvaluationReport {
        groups = List.copyOf(groups);
    }

    /// @param name `all` or a corpus
    /// @param valenceTau Kendall's tau-b of predicted and labelled valence
    /// @param ladderValence Kendall's tau-b of the retrieval by descriptions of rising valence
    /// @param recall zero-shot unweighted average recall by usual prompts over the group's categories
    /// @param recallNewWording the same with prompts in wordings that training never saw
    /// @param top how many clips each description retrieves
    public record Group(
            String name,
            int clips,
            int speakers,
            int classes,
            Interval valenceTau,
            Interval arousalTau,
            Interval ladderValence,
            Interval ladderArousal,
            int top,
            Interval recall,
            Interval recallNewWording) {}

    /// A block of lines for each group, for a terminal.
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Group group : groups) {
            text.append(
                    String.format(Locale.ROOT, "%s: %d clips, %d speakers%n", group.name, group.clips, group.speakers));
            line(text, "tau valence", group.valenceTau);
            line(text, "tau arousal", group.arousalTau);
            line(text, "ladder tau valence", group.ladderValence);
            line(text, "ladder tau arousal", group.ladderArousal);
            line(text, "zero-shot recall", group.recall);
            line(text, "  in new wordings", group.recallNewWording);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Interval interval) {
        text.append(String.format(Locale.ROOT, "  %-20s %s%n", name, interval));
    }

    /// A table for people, in Markdown.
    public String toMarkdown() {
        StringBuilder text = new StringBuilder();
        text.append(
                "| clips of | clips / speakers | tau valence | tau arousal | ladder tau valence | ladder tau arousal |"
                        + " zero-shot recall (chance) | in new wordings |\n"
                        + "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Group group : groups) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d / %d | %s | %s | %s | %s | %s (%.2f, %d classes) | %s |%n",
                    group.name,
                    group.clips,
                    group.speakers,
                    cell(group.valenceTau),
                    cell(group.arousalTau),
                    cell(group.ladderValence),
                    cell(group.ladderArousal),
                    cell(group.recall),
                    group.recall.chance(),
                    group.classes,
                    cell(group.recallNewWording)));
        }
        return text.toString().replace("\r\n", "\n");
    }

    private static String cell(Interval interval) {
        return String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", interval.value(), interval.low(), interval.high());
    }
}

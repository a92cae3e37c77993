package io.undertone.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The figures of a bundle on labelled clips: all together, and by corpus, sex and language.
///
/// @param bundle name and version
/// @param kind of clips: of unseen speakers, of unseen corpora
/// @param robustness the same clips under worse conditions; empty if that was not asked for
public record EvaluationReport(String bundle, String kind, List<Group> groups, List<Condition.Figures> robustness) {

    private record Row(String name, Function<Group, String> cell) {}

    private static final List<Row> HEADLINE = List.of(
            row("tau valence", Group::valenceTau),
            row("tau arousal", Group::arousalTau),
            row("concordance valence", Group::valenceConcordance),
            row("concordance arousal", Group::arousalConcordance),
            row("ladder tau valence, retrieval", Group::ladderValence),
            row("ladder tau arousal, retrieval", Group::ladderArousal),
            row("ladder tau valence, soft", Group::softLadderValence),
            row("ladder tau arousal, soft", Group::softLadderArousal),
            row("zero-shot recall", Group::recall),
            row("zero-shot recall, new wordings", Group::recallNewWording));

    private static final List<Row> MORE = List.of(
            new Row("pool / top of the ladders", group -> group.clips() + " / " + group.top()),
            row("gap: MMD", group -> group.gap().mmd()),
            row("gap: Wasserstein", group -> group.gap().wasserstein()),
            row("gap: distance of the means", group -> group.gap().meanDistance()),
            row("calibration error", group -> group.certainty().calibrationError()),
            row("coverage valence", group -> group.certainty().valenceCoverage()),
            row("coverage arousal", group -> group.certainty().arousalCoverage()),
            row("abstained", group -> group.certainty().abstained()),
            row("accuracy", group -> group.certainty().accuracy()),
            row("accuracy, not abstained", group -> group.certainty().accuracyAnswered()),
            row("what abstaining gains", group -> group.certainty().abstainingGains()),
            row("accuracy, most confident half", group -> group.certainty().accuracyConfidentHalf()));

    public EvaluationReport {
        groups = List.copyOf(groups);
        robustness = List.copyOf(robustness);
    }

    private static Row row(String name, Function<Group, Interval> figure) {
        return new Row(name, group -> figure.apply(group).cell(group.speakers()));
    }

    /// The short form: the main figures of all clips and of each corpus, in Markdown.
    public String toMarkdown() {
        return table(corpora(), HEADLINE).toMarkdown();
    }

    /// Every table of the report.
    public List<Table> tables() {
        List<Row> rows = new ArrayList<>(HEADLINE);
        rows.addAll(MORE);
        List<Table> tables = new ArrayList<>(List.of(table(corpora(), rows)));
        List<Group> others =
                groups.stream().filter(group -> !corpora().contains(group)).toList();
        if (!others.isEmpty()) {
            tables.add(table(others, rows));
        }
        if (!robustness.isEmpty()) {
            tables.add(Condition.Figures.table(robustness));
        }
        return tables;
    }

    private List<Group> corpora() {
        return groups.stream()
                .filter(group -> group.by() == Group.By.ALL || group.by() == Group.By.CORPUS)
                .toList();
    }

    private static Table table(List<Group> groups, List<Row> measures) {
        List<String> header = new ArrayList<>(List.of("clips of"));
        groups.forEach(group -> header.add(title(group)));
        List<Row> rows = new ArrayList<>(List.of(
                new Row("clips / speakers", group -> group.clips() + " / " + group.speakers()),
                new Row("categories", group -> String.valueOf(group.classes()))));
        rows.addAll(measures);
        return new Table(
                header,
                rows.stream()
                        .map(row -> {
                            List<String> cells = new ArrayList<>(List.of(row.name));
                            groups.forEach(group -> cells.add(row.cell.apply(group)));
                            return List.copyOf(cells);
                        })
                        .toList());
    }

    private static String title(Group group) {
        return switch (group.by()) {
            case ALL, CORPUS -> group.name();
            case SEX, LANGUAGE -> group.by().name().toLowerCase(Locale.ROOT) + " " + group.name();
        };
    }
}

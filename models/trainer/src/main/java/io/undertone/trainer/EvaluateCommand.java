package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.BundleEvaluation;
import io.undertone.trainer.evaluation.EvaluationReport;
import io.undertone.trainer.evaluation.Table;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `evaluate`: the measures of a bundle on a labelled folder.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a bundle on labelled speech: Kendall's tau of valence and arousal, retrieval by rising"
                    + " descriptions,",
            "and zero-shot recall by prompts, each with chance and a bootstrap interval over speakers.",
            "Of corpora that the bundle learned from only the speakers it did not hear count."
        })
final class EvaluateCommand implements Callable<Integer> {

    private static final String LEGEND = "In square brackets: 95 % bootstrap intervals over speakers. In round ones:"
            + " what guessing gives, where that is not 0.";

    @Option(names = "--bundle", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    Path bundle = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar.")
    Path corpus = Path.of("");

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Corpora to measure on (default: all).")
    List<String> only = List.of();

    @Option(names = "--all-speakers", description = "Also those that the bundle learned from.")
    boolean allSpeakers;

    @Option(names = "--json", description = "One JSON array instead of tables.")
    boolean json;

    @Option(names = "--markdown", description = "The tables in Markdown.")
    boolean markdown;

    @Option(
            names = "--robustness",
            description = "Also a sample of the clips over telephone codecs, in noise, quiet and cut short.")
    boolean robustness;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "runs/.cache",
            description = "Where decoded audio is kept (default: ${DEFAULT-VALUE}).")
    Path cache = Path.of("");

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        Progress progress = Progress.bars();
        Corpus clips = Corpus.open(corpus, only, "", Integer.MAX_VALUE, 0, cache, progress);
        List<EvaluationReport> reports = BundleEvaluation.evaluate(bundle, clips, allSpeakers, robustness, progress);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(reports));
            return 0;
        }
        for (EvaluationReport report : reports) {
            out.println((markdown ? "### " : "") + report.bundle() + ", " + report.kind());
            out.println();
            for (Table table : report.tables()) {
                out.println(markdown ? table.toMarkdown() : table.toText());
            }
        }
        out.println(LEGEND);
        return 0;
    }
}

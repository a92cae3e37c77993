package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.BundleEvaluation;
import io.undertone.trainer.evaluation.EvaluationReport;
import io.undertone.trainer.evaluation.Table;
import io.undertone.trainer.evaluation.TextEvaluation;
import io.undertone.trainer.evaluation.TextReport;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `evaluate`: the measures of a bundle on a labelled folder.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a bundle on labelled speech: order and agreement of valence and arousal, order by prompts alone,",
            "zero-shot recall, gap of the modalities, calibration and abstaining, all together and by corpus, sex and",
            "language. Every figure comes with chance and a bootstrap interval over speakers.",
            "Of corpora that the bundle learned from only speakers count that it has not heard, by the names in its",
            "manifest; it fails when there are none."
        })
final class EvaluateCommand implements Callable<Integer> {

    private static final String LEGEND = "In square brackets: 95 % bootstrap intervals over speakers. In round ones:"
            + " what guessing gives, where that is not 0. A ladder is five descriptions in rising order, in three"
            + " phrasings: for retrieval each takes the top most similar clips of the pool, soft places every clip.";

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

    @Option(names = "--all-speakers", description = "Also those that the bundle has heard.")
    boolean allSpeakers;

    @Option(names = "--json", description = "One JSON array instead of tables.")
    boolean json;

    @Option(names = "--markdown", description = "The tables in Markdown.")
    boolean markdown;

    @Option(
            names = "--robustness",
            description = "Also a sample of the clips over telephone codecs, in noise, quiet and cut short.")
    boolean robustness;

    @Option(names = "--prompts", description = "Also where unseen prompts stand in the plane.")
    boolean prompts;

    @Option(
            names = "--sentences",
            paramLabel = "FILE",
            description = "Rated sentences for --prompts, a CSV file with text, V and A from 1 to 5"
                    + " (default: emobank.csv of the corpus folder, if it is there).")
    @Nullable
    Path sentences;

    @Option(names = "--full", description = "As --robustness --prompts.")
    boolean full;

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        Progress progress = Progress.bars();
        Corpus clips = Corpus.open(corpus, only, "", Integer.MAX_VALUE, 0, cache.folder(), progress);
        List<EvaluationReport> reports =
                BundleEvaluation.evaluate(bundle, clips, allSpeakers, robustness || full, progress);
        List<TextReport> texts =
                prompts || full ? List.of(TextEvaluation.evaluate(bundle, ratedSentences(), progress)) : List.of();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (json) {
            List<Object> sections = new ArrayList<>(reports);
            sections.addAll(texts);
            out.println(new ObjectMapper().writeValueAsString(sections));
            return 0;
        }
        reports.forEach(report -> print(out, report.bundle(), report.kind(), report.tables()));
        texts.forEach(report -> print(out, report.bundle(), report.kind(), report.tables()));
        out.println(LEGEND);
        return 0;
    }

    private void print(PrintWriter out, String name, String kind, List<Table> tables) {
        out.println((markdown ? "### " : "") + name + ", " + kind);
        out.println();
        for (Table table : tables) {
            out.println(markdown ? table.toMarkdown() : table.toText());
        }
    }

    private @Nullable Path ratedSentences() {
        Path usual = corpus.resolve("emobank.csv");
        return sentences == null && Files.exists(usual) ? usual : sentences;
    }
}

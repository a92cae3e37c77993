package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleWriter;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.Table;
import io.undertone.trainer.evaluation.TemperatureFit;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `calibrate`: fits the temperature of a finished bundle's probabilities.
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Fits the temperature of a bundle's probabilities on the speakers that it keeps for calibration, and",
            "writes it into the bundle: for bundles that were trained before `train` did so. No weight, interval,",
            "strength or order changes; probabilities do. Prints how true they are for each corpus, also at the",
            "temperature that the other corpora alone would give."
        })
final class CalibrateCommand implements Callable<Integer> {

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            required = true,
            description = "The bundle's folder, which is changed.")
    Path bundle = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar.")
    Path corpus = Path.of("");

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Corpora to read (default: all).")
    List<String> only = List.of();

    @Option(names = "--markdown", description = "The table in Markdown.")
    boolean markdown;

    @Option(names = "--dry-run", description = "Say what it would be, and change nothing.")
    boolean dryRun;

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        Progress progress = Progress.bars();
        Corpus clips = Corpus.open(corpus, only, "", Integer.MAX_VALUE, 0, cache.folder(), progress);
        TemperatureFit fit = TemperatureFit.of(bundle, clips, progress)
                .orElseThrow(() -> new InvalidInputException("nothing to fit on: " + corpus
                        + " must hold windows of calibration speakers of " + bundle
                        + " (training.calibrationSpeakers of its manifest), of at least two categories in a corpus"));
        var line = Objects.requireNonNull(spec).commandLine();
        line.getErr().println(fit);
        if (!dryRun) {
            BundleWriter.setProbabilityTemperature(bundle, fit.temperature());
        }
        Table table = fit.table();
        line.getOut().println(markdown ? table.toMarkdown() : table.toText());
        return 0;
    }
}

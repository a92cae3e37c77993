package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.retraining.EmbeddingFile;
import io.undertone.trainer.retraining.EmbeddingSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `train`: a run, or the rest of one.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a bundle and prints its folder.",
            "A run can be stopped at any time and resumed from its last epoch with --resume.",
            "With --from-run the joint stage of FILE is trained from where a run ended its second stage.",
            "With --from only the heads of a finished bundle are trained, on stored embeddings and labels."
        })
final class TrainCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "Every hyper-parameter (YAML). Not with --resume.")
    @Nullable
    Path config;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            defaultValue = "../shared/corpora",
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar (default: ${DEFAULT-VALUE}).")
    Path corpus = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Where run folders and the cache of decoded audio go (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Option(names = "--resume", paramLabel = "RUN", description = "Folder of a run that was stopped.")
    @Nullable
    Path resume;

    @Option(
            names = "--from-run",
            paramLabel = "RUN",
            description = "With --config: folder of a run that is done with its second stage. A new run trains the"
                    + " joint stage from there; what comes before it must be the same in FILE.")
    @Nullable
    Path fromRun;

    @Option(names = "--from", paramLabel = "BUNDLE", description = "Retrains the heads of this bundle.")
    @Nullable
    Path from;

    @Option(
            names = "--embeddings",
            paramLabel = "FILE",
            description = "With --from: embeddings of the bundle with labels, a JSON object a line (see embed and"
                    + " collect); - reads standard input.")
    @Nullable
    Path embeddings;

    @Option(
            names = "--evaluate-on",
            paramLabel = "FILE",
            description =
                    "With --from: the same of the old evaluation set, whose speakers nobody learned from; else it is"
                            + " made from --corpus, or is evaluation.jsonl beside the bundle.")
    @Nullable
    Path evaluateOn;

    @Option(
            names = "--keep",
            paramLabel = "WEIGHT",
            defaultValue = "10",
            description = "With --from: how strongly what the bundle said before is kept; 0 follows the new labels"
                    + " alone (default: ${DEFAULT-VALUE}).")
    double keep = 10;

    @Option(
            names = "--accept-worse",
            description = "With --from: writes the bundle even if it is worse on the old evaluation set.")
    boolean acceptWorse;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "auto, cpu, cuda or cuda:N; a GPU needs a build with -Pgpu-training (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        if (from != null) {
            return retrain(from, command);
        }
        if (resume != null && fromRun != null) {
            throw new ParameterException(
                    command, "--resume goes on in a run's own folder, --from-run in a new one: not both");
        }
        RunFolder folder;
        TrainConfig read;
        if (resume != null) {
            folder = RunFolder.resume(resume, TrainerMain.clock());
            read = TrainConfig.read(resume.resolve("config.yaml"));
        } else if (config != null) {
            read = TrainConfig.read(config);
            folder = fromRun == null
                    ? RunFolder.create(out, read, TrainerMain.clock())
                    : RunFolder.after(out, read, fromRun, config.toString(), TrainerMain.clock());
        } else {
            throw new ParameterException(
                    command,
                    fromRun == null
                            ? "train needs --config FILE, --resume RUN, or --from BUNDLE"
                            : "train --from-run needs --config FILE");
        }
        Path bundle = new TrainingRun(
                        read, corpus, TrainerMain.cacheOf(out), folder, TrainingDevice.of(device), Progress.bars())
                .run();
        command.getOut().println(bundle);
        return 0;
    }

    private int retrain(Path old, CommandLine command) {
        boolean onCorpus = command.getParseResult().hasMatchedOption("--corpus");
        Path beside = EvaluationSet.beside(old);
        boolean chosen = evaluateOn != null || onCorpus;
        if (embeddings == null || (evaluateOn != null && onCorpus) || (!chosen && !Files.exists(beside))) {
            throw new ParameterException(
                    command,
                    "train --from needs --embeddings FILE, and --evaluate-on FILE or --corpus DIR where " + beside
                            + " is missing; './undertone embed' writes such files");
        }
        if (!(keep >= 0 && keep <= 1e6)) {
            throw new ParameterException(command, "--keep must be in [0, 1000000]: " + keep);
        }
        EmbeddingSource evaluation = onCorpus
                ? new CorpusEmbeddings(old, corpus, List.of(), true, TrainerMain.cacheOf(out), Progress.bars())
                : new EmbeddingFile(evaluateOn == null ? beside : evaluateOn);
        long started = System.nanoTime();
        String stamp = RunFolder.stamp(TrainerMain.clock());
        Path into = out.resolve("retrained-" + stamp).resolve("bundle");
        var outcome = new Retraining(old, RetrainingSpec.defaults().keeping(keep), Progress.bars())
                .run(new EmbeddingFile(embeddings), evaluation, into, acceptWorse);
        var err = command.getErr();
        err.println("new speakers, " + outcome.gained());
        err.println("old evaluation set, " + outcome.kept());
        err.printf(Locale.ROOT, "%.0f s%n", (System.nanoTime() - started) / 1e9);
        if (!outcome.written()) {
            throw new InvalidInputException("no bundle was written, it would be worse on " + evaluation.name() + ": "
                    + outcome.kept().worse() + "; --accept-worse writes it all the same");
        }
        command.getOut().println(into);
        return 0;
    }
}

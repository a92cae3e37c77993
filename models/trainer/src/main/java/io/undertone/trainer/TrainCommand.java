package io.undertone.trainer;

import java.nio.file.Path;
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
            "A run can be stopped at any time and resumed from its last epoch with --resume."
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
        RunFolder folder;
        TrainConfig read;
        if (resume != null) {
            folder = RunFolder.resume(resume, TrainerMain.clock());
            read = TrainConfig.read(resume.resolve("config.yaml"));
        } else if (config != null) {
            read = TrainConfig.read(config);
            folder = RunFolder.create(out, read, TrainerMain.clock());
        } else {
            throw new ParameterException(command, "train needs --config FILE, or --resume RUN");
        }
        Path bundle = new TrainingRun(
                        read, corpus, TrainerMain.cacheOf(out), folder, TrainingDevice.of(device), Progress.bars())
                .run();
        command.getOut().println(bundle);
        return 0;
    }
}

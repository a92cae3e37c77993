package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `compare-losses`: Rank-N-Contrast against its baselines on the same features.
@Command(
        name = "compare-losses",
        mixinStandardHelpOptions = true,
        description = {
            "Trains the projection heads of a run anew with each loss and several seeds, on the same frozen features,",
            "and prints how they do on unseen speakers and corpora: means over seeds with t intervals, and paired"
                    + " differences to Rank-N-Contrast."
        })
final class CompareLossesCommand implements Callable<Integer> {

    private static final int FEWEST_SEEDS = 2;

    @Option(names = "--run", paramLabel = "RUN", required = true, description = "Folder of a run past its first stage.")
    Path run = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar.")
    Path corpus = Path.of("");

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    int seeds;

    @Option(names = "--epochs", paramLabel = "N", description = "Of the heads (default: those of the run).")
    @Nullable
    Integer epochs;

    @Option(names = "--json", description = "One JSON object instead of tables.")
    boolean json;

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var line = Objects.requireNonNull(spec).commandLine();
        if (seeds < FEWEST_SEEDS) {
            throw new ParameterException(line, "--seeds must be at least " + FEWEST_SEEDS + ": " + seeds);
        }
        if (epochs != null && epochs < 1) {
            throw new ParameterException(line, "--epochs must be positive: " + epochs);
        }
        if (!Files.isRegularFile(run.resolve("config.yaml"))) {
            throw new InvalidInputException(run + " is not a run folder: it has no config.yaml");
        }
        int most = epochs == null
                ? TrainConfig.read(run.resolve("config.yaml")).alignment().epochs()
                : epochs;
        LossTable table = new LossComparison(run, corpus, cache.folder(), Progress.bars()).compare(seeds, most);
        line.getOut().println(json ? new ObjectMapper().writeValueAsString(table) : table.toMarkdown());
        return 0;
    }
}

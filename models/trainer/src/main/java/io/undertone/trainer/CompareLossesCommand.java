package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `compare-losses`: ways to train the projection heads, on the same features.
@Command(
        name = "compare-losses",
        mixinStandardHelpOptions = true,
        description = {
            "Trains the projection heads of a run anew in several ways and with several seeds, on the same frozen",
            "features, and prints how they do on unseen speakers and corpora: means over seeds with t intervals, and"
                    + " paired differences to the first way."
        })
final class CompareLossesCommand implements Callable<Integer> {

    private static final int FEWEST_SEEDS = 2;

    @Option(names = "--run", paramLabel = "RUN", description = "Folder of a run past its first stage.")
    @Nullable
    Path run;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "In place of a run: a bundle that --config, on the same corpora, has written.")
    @Nullable
    Path bundle;

    @Option(names = "--config", paramLabel = "FILE", description = "The bundle's training configuration.")
    @Nullable
    Path config;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar.")
    Path corpus = Path.of("");

    @Option(
            names = "--variants",
            paramLabel = "losses|ablation|stages",
            defaultValue = "losses",
            description = {
                "losses: Rank-N-Contrast and its baselines, without rated sentences (default);",
                "ablation: the run's own second stage, and one change of it at a time;",
                "stages: what each stage brings."
            })
    LossComparison.Question variants = LossComparison.Question.LOSSES;

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
        TrainedEncoder encoder = encoder(line);
        int most = epochs == null ? encoder.config().alignment().epochs() : epochs;
        LossTable table =
                new LossComparison(encoder, corpus, cache.folder(), Progress.bars()).compare(variants, seeds, most);
        line.getOut().println(json ? new ObjectMapper().writeValueAsString(table) : table.toMarkdown());
        return 0;
    }

    private TrainedEncoder encoder(CommandLine line) {
        if (run != null && bundle == null && config == null) {
            return TrainedEncoder.ofRun(run);
        }
        if (run == null && bundle != null && config != null) {
            return TrainedEncoder.ofBundle(bundle, config);
        }
        throw new ParameterException(line, "--run RUN must be given, or --bundle DIR and --config FILE");
    }
}

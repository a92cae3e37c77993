package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.retraining.EmbeddingFile;
import io.undertone.trainer.retraining.EmbeddingSource;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// A run over three corpora of different labels: categories, ratings of both dimensions, ratings of arousal alone.
class MixedLabelsTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    static Path work;

    private static RunFolder run;

    private static JsonNode sections;

    @BeforeAll
    static void trainAndEvaluate() throws IOException, InterruptedException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 6, 2, 1);
        SyntheticCorpus.add(work.resolve("corpus"), "rated", SyntheticCorpus.Labels.VALENCE_AND_AROUSAL, 6, 2, 2);
        SyntheticCorpus.add(work.resolve("corpus"), "aroused", SyntheticCorpus.Labels.AROUSAL, 6, 2, 3);
        run = run("synthetic, rated, aroused", "mixed");
        sections = evaluated(run.bundle());
    }

    @Test
    void shouldMeasureEachCorpusByWhatItsLabelsSay() {
        JsonNode groups = sections.get(0).get("groups");
        assertThat(groups.findValuesAsText("name")).containsExactly("all", "aroused", "rated", "synthetic");
        for (JsonNode group : groups) {
            String name = group.get("name").asText();
            boolean rated = name.equals("aroused") || name.equals("rated");
            assertThat(group.get("arousalTau").get("value").asDouble())
                    .as("tau of arousal, %s", name)
                    .isGreaterThan(name.equals("all") ? 0.3 : 0); // ten clips of one speaker in each corpus
            assertThat(group.get("valenceTau").isNull()).as(name).isEqualTo(name.equals("aroused"));
            assertThat(group.get("recall").isNull()).as(name).isEqualTo(rated);
            assertThat(group.get("certainty").get("arousalCoverage").isNull()).isFalse();
        }
        assertThat(groups.get(0).get("classes").asInt()).isEqualTo(5); // no category is not a category
        assertThat(groups.get(0).get("recall")).isEqualTo(groups.get(3).get("recall"));
    }

    @Test
    void shouldWriteAWholeBundleAndReport() throws IOException {
        try (ModelBundle bundle = ModelBundle.open(run.bundle())) {
            assertThat(bundle.calibration().valenceHalfWidth()).isPositive();
            assertThat(bundle.calibration().arousalHalfWidth()).isPositive();
        }
        assertThat(run.path().resolve("report.html")).exists();
        JsonNode metrics = metrics(run);
        for (String stage : List.of("supervised", "alignment")) {
            assertThat(metrics.get(stage).findParents("recall.synthetic"))
                    .as(stage)
                    .isNotEmpty();
            assertThat(metrics.get(stage).findParents("recall.rated")).as(stage).isEmpty();
        }
        assertThat(Files.readString(run.bundle().resolve("MODEL_CARD.md"))).contains("| tau valence |", "| - |");
    }

    @Test
    void shouldRetrainFromLabelsOfOneDimension() {
        List<LabelledEmbedding> kept = new EmbeddingFile(EvaluationSet.beside(run.bundle())).read();
        assertThat(kept)
                .anyMatch(one ->
                        one.label().rated().hasArousal() && !one.label().rated().hasValence());
        List<String> unheard =
                kept.stream().map(one -> one.label().speaker()).distinct().toList();
        List<LabelledEmbedding> learned = new CorpusEmbeddings(
                        run.bundle(),
                        work.resolve("corpus"),
                        List.of("aroused"),
                        false,
                        work.resolve("cache"),
                        Progress.NONE)
                .read().stream()
                        .filter(one -> !unheard.contains(one.label().speaker()))
                        .toList();
        Retraining.Outcome outcome = new Retraining(run.bundle(), RetrainingSpec.defaults(), Progress.NONE)
                .run(source(learned), source(kept), work.resolve("retrained"), true);
        assertThat(outcome.gained().lines()).extracting(line -> line.measure()).containsExactly("tau arousal");
        assertThat(outcome.kept().lines())
                .extracting(line -> line.measure())
                .containsExactly("tau valence", "tau arousal", "recall by prompts");
        assertThat(outcome.written()).isTrue();
    }

    @Test
    void shouldSayAtTheStartThatADimensionIsMissingEverywhere() {
        assertThatThrownBy(() -> run("aroused", "one"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("clips to learn from 0 have valence and arousal")
                .hasMessageContaining("to calibrate 0 have valence and 10 arousal");
    }

    /// Where nobody named a category, the head of categories has nothing to learn.
    @Test
    void shouldTrainOnRatingsAlone() throws IOException, InterruptedException {
        JsonNode group = metrics(run("rated", 32, "rated"))
                .get("evaluation")
                .get(0)
                .get("groups")
                .get(0);
        assertThat(group.get("classes").asInt()).isZero();
        assertThat(group.get("recall").isNull()).isTrue();
        assertThat(group.get("arousalTau").get("value").isNumber()).isTrue();
        assertThat(group.get("ladderArousal").get("value").isNumber()).isTrue();
    }

    /// Clips without a place in the plane have supervised terms alone.
    @Test
    void shouldTrainJointlyOnLabelsOfAllKinds() throws InterruptedException, IOException {
        String yaml = config("synthetic, rated, aroused", 32, "joint")
                .toYaml()
                .replace("windows-per-epoch: 6720", "windows-per-epoch: 96")
                .replace("batch: 48", "batch: 16")
                .replace("epochs: 0", "epochs: 1");
        TrainConfig config = TrainConfig.parse(yaml, "joint");
        assertThat(config.joint().enabled()).isTrue();
        RunFolder folder = RunFolder.create(work.resolve("joint"), config, NOON);
        new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run(8);
        JsonNode epoch = metrics(folder).get("joint").get(0);
        assertThat(epoch.get("captionLoss").asDouble()).isBetween(0.5, 10.0);
        assertThat(epoch.get("supervisedLoss").asDouble()).isBetween(0.1, 10.0);
        assertThat(epoch.get("score").isNumber()).isTrue();
    }

    private static JsonNode metrics(RunFolder of) throws IOException {
        return new ObjectMapper().readTree(of.path().resolve("metrics.json").toFile());
    }

    private static EmbeddingSource source(List<LabelledEmbedding> records) {
        return new EmbeddingSource() {
            @Override
            public List<LabelledEmbedding> read() {
                return records;
            }

            @Override
            public String name() {
                return "a list";
            }
        };
    }

    private static RunFolder run(String corpora, String name) throws InterruptedException {
        return run(corpora, 480, name);
    }

    private static RunFolder run(String corpora, int windows, String name) throws InterruptedException {
        TrainConfig config = config(corpora, windows, name);
        RunFolder folder = RunFolder.create(work.resolve(name), config, NOON);
        new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run();
        return folder;
    }

    private static TrainConfig config(String corpora, int windows, String name) {
        String yaml = TinyBundleMain.config()
                .toYaml()
                .replace("\n  - \"synthetic\"", "")
                .replace("  corpora:", "  corpora: [" + corpora + "]")
                .replace("windows-per-epoch: 480", "windows-per-epoch: " + windows)
                .replace("epochs: 20", "epochs: 5")
                .replace("passes: 2", "passes: 1");
        return TrainConfig.parse(yaml, name);
    }

    private static JsonNode evaluated(Path bundle) throws IOException {
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        assertThat(line.execute(
                        "evaluate",
                        "--bundle=" + bundle,
                        "--corpus=" + work.resolve("corpus"),
                        "--cache=" + work.resolve("cache"),
                        "--json"))
                .isZero();
        return new ObjectMapper().readTree(out.toString());
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.bundle.BundleWeights;
import io.undertone.trainer.evaluation.TemperatureFit;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.retraining.EmbeddingFile;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole way from labels to a bundle, on synthetic voices.
class TrainingRunTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    static Path work;

    private static Path bundle;

    @BeforeAll
    static void train() throws IOException, InterruptedException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 10, 3, 1);
        bundle = run(TinyBundleMain.config(), "undisturbed");
    }

    @Test
    void shouldWriteABundleThatOpensAndReplaysItsGoldenWindow() {
        try (ModelBundle opened = ModelBundle.open(bundle)) {
            assertThat(opened.manifest().name()).isEqualTo("tiny");
            assertThat(opened.windowSpec().windowSamples()).isEqualTo(48_000);
            assertThat(opened.calibration().count()).isEqualTo(64);
            assertThat(opened.calibration().coverage()).isEqualTo(0.9);
            assertThat(opened.manifest().temperature()).isEqualTo(0.1);
            assertThat(opened.manifest().fittedTemperature())
                    .hasValueSatisfying(
                            fitted -> assertThat(fitted).isBetween(TemperatureFit.LEAST, TemperatureFit.MOST));
        }
    }

    @Test
    void shouldStaySmallEnoughForTheRepository() throws IOException {
        long bytes = 0;
        try (var files = Files.list(bundle)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThan(350_000);
    }

    @Test
    void shouldLearnSomethingThatHoldsForUnseenSpeakers() throws IOException {
        JsonNode reports = evaluated("--json");
        JsonNode group = reports.get(0).get("groups").get(0);
        assertThat(reports.get(0).get("kind").asText()).isEqualTo("unseen speakers");
        assertThat(group.get("speakers").asInt()).isEqualTo(2);
        assertThat(group.get("arousalTau").get("value").asDouble()).isGreaterThan(0.5);
        assertThat(group.get("recall").get("value").asDouble())
                .isGreaterThan(group.get("recall").get("chance").asDouble());
    }

    @Test
    void shouldCountEverySpeakerWhenTold() throws IOException {
        assertThat(evaluated("--json", "--all-speakers")
                        .get(0)
                        .get("groups")
                        .get(0)
                        .get("speakers")
                        .asInt())
                .isEqualTo(10);
    }

    @Test
    void shouldKeepWhatTheUnheardSpeakersSoundedLikeBesideTheBundle() {
        List<LabelledEmbedding> kept = new EmbeddingFile(EvaluationSet.beside(bundle)).read();

        assertThat(kept.stream().map(one -> one.label().speaker()).distinct()).hasSize(2);
        assertThat(kept).extracting(LabelledEmbedding::model).containsOnly("tiny 0.1.0");
        assertThat(EvaluationSet.beside(bundle))
                .isEqualTo(bundle.resolveSibling("evaluation.jsonl").toAbsolutePath());
    }

    @Test
    void shouldNameEverySpeakerInTheManifestAndTheFiguresInTheCard() throws IOException {
        JsonNode training = new ObjectMapper()
                .readTree(bundle.resolve("manifest.json").toFile())
                .get("training");
        assertThat(training.get("testSpeakers")).hasSize(2);
        assertThat(training.get("heldOutSpeakers")).hasSize(4);
        assertThat(training.get("learnedSpeakers")).hasSize(1);
        List<String> everybody = new ArrayList<>();
        training.get("learnedSpeakers").get("synthetic").forEach(speaker -> everybody.add(speaker.asText()));
        assertThat(everybody).hasSize(6);
        training.get("heldOutSpeakers").forEach(speaker -> everybody.add(speaker.asText()));
        assertThat(everybody).hasSize(10).doesNotHaveDuplicates();
        assertThat(Files.readString(bundle.resolve("MODEL_CARD.md")))
                .contains("# Model card: tiny", "### Unseen speakers", "| synthetic |", "What it cannot do");
    }

    /// From the same clips of the same speakers: what the run itself wrote.
    @Test
    void shouldFitTheSameTemperatureAgainOnTheFinishedBundle() throws IOException {
        String[] command = {
            "calibrate",
            "--dry-run",
            "--bundle",
            bundle.toString(),
            "--corpus",
            work.resolve("corpus").toString(),
            "--cache",
            work.resolve("cache").toString()
        };
        StringWriter table = new StringWriter();
        StringWriter said = new StringWriter();
        CommandLine line =
                TrainerMain.commandLine().setOut(new PrintWriter(table)).setErr(new PrintWriter(said));

        assertThat(line.execute(command)).as(said.toString()).isZero();

        assertThat(table.toString()).contains("temperature alone", "synthetic");
        String fitted = said.toString().substring(0, said.toString().indexOf(", was"));
        assertThat(fitted).contains("temperature of probabilities 0.", " of 2 speakers: surprise ");
        assertThat(Files.readString(bundle.resolveSibling("log.txt"))).contains(fitted);
    }

    /// With a learned temperature and early stopping; stopped in each stage and between the stages, each time with what
    /// a process leaves behind that is killed while it writes.
    @Test
    void shouldGiveTheSameWeightsWhereverItIsInterrupted() throws IOException, InterruptedException {
        TrainConfig config = shortConfig();
        Path undisturbed = RunFolder.create(work.resolve("whole"), config, NOON).path();
        train(config, undisturbed, 9);
        Checkpoint wanted = Checkpoint.read(undisturbed.resolve("checkpoint.bin"));
        assertThat(wanted.stage()).isEqualTo(3);
        assertThat(wanted.weights().get(Networks.LOG_TEMPERATURE)).doesNotContain((float) Math.log(0.1));
        for (int stop : new int[] {1, 3, 5, 6, 8}) {
            Path folder = RunFolder.create(work.resolve("stopped-" + stop), config, NOON)
                    .path();
            train(config, folder, stop);
            byte[] whole = Files.readAllBytes(folder.resolve("checkpoint.bin"));
            Files.write(folder.resolve("checkpoint.bin.part"), Arrays.copyOf(whole, whole.length / 3));
            Files.write(folder.resolve("metrics.json.part"), new byte[] {'{'});
            train(TrainConfig.read(folder.resolve("config.yaml")), folder, 9 - stop);
            Checkpoint resumed = Checkpoint.read(folder.resolve("checkpoint.bin"));
            assertSame(resumed.weights(), wanted.weights());
            assertSame(resumed.optimizer(), wanted.optimizer());
            assertSame(resumed.best(), wanted.best());
            assertThat(resumed.bestEpoch()).isEqualTo(wanted.bestEpoch());
        }
    }

    private static void assertSame(Map<String, float[]> resumed, Map<String, float[]> wanted) {
        assertThat(resumed.keySet()).isEqualTo(wanted.keySet());
        resumed.forEach((name, values) -> assertThat(values).as(name).containsExactly(wanted.get(name)));
    }

    /// Three epochs of each stage on few windows.
    private static TrainConfig shortConfig() {
        String yaml = TinyBundleMain.config()
                .toYaml()
                .replace("windows-per-epoch: 480", "windows-per-epoch: 64")
                .replace("epochs: 20", "epochs: 3")
                .replace("epochs: 2\n", "epochs: 3\n")
                .replace(
                        "epochs: 0\n  windows-per-epoch: 6720\n  batch: 48",
                        "epochs: 3\n  windows-per-epoch: 64\n  batch: 16")
                .replace("patience: 0", "patience: 3")
                .replace("passes: 2", "passes: 1")
                .replace("learn-temperature: false", "learn-temperature: true");
        return TrainConfig.parse(yaml, "short");
    }

    private static void train(TrainConfig config, Path folder, int epochs) throws InterruptedException {
        new TrainingRun(
                        config,
                        work.resolve("corpus"),
                        work.resolve("cache"),
                        RunFolder.resume(folder, NOON),
                        Progress.NONE)
                .run(epochs);
    }

    @Test
    void shouldDrawTheRunInOneFileThatNeedsNothingElse() throws IOException {
        JsonNode data = reported(bundle.resolveSibling("report.html"));
        assertThat(data.get("metrics").get("supervised")).hasSize(2);
        assertThat(data.get("metrics").get("alignment")).hasSize(20);
        for (String measure : List.of("loss", "valenceTau", "arousalTau", "recall", "windowsPerSecond", "busyShare")) {
            assertThat(data.get("metrics").get("alignment").get(0).get(measure).isNumber())
                    .as(measure)
                    .isTrue();
        }
        JsonNode picture = data.get("picture");
        assertThat(picture.get("clips")).hasSize(30);
        assertThat(picture.get("prompts")).hasSize(5);
        assertThat(picture.get("confusions").get(0).get("counts")).hasSize(5).allMatch(row -> row.size() == 5);
        int counted = 0;
        for (JsonNode bin : picture.get("reliability").get("bins")) {
            counted += bin.get("clips").asInt();
        }
        assertThat(counted).isEqualTo(30);
    }

    @Test
    void shouldDrawWhatThereIsOfAnUnfinishedRun() throws IOException {
        Path folder = RunFolder.create(work.resolve("new"), TinyBundleMain.config(), NOON)
                .path();
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        assertThat(line.execute("report", folder.toString())).isZero();
        assertThat(reported(Path.of(out.toString().strip())).get("picture").isNull())
                .isTrue();
    }

    /// The data that a report draws.
    private static JsonNode reported(Path file) throws IOException {
        String page = Files.readString(file);
        assertThat(page)
                .doesNotContain("@DATA@", "@ECHARTS@", "<script src", "<link")
                .contains("<script>");
        int from = page.indexOf("id=\"data\">") + "id=\"data\">".length();
        return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
    }

    @Test
    void shouldCompareLossesOnTheFeaturesOfARun() throws IOException {
        JsonNode table = compared("losses");
        assertThat(table.get("entries")).hasSize(5 * 2);
        assertThat(table.get("summaries")).hasSize(5 * 9);
        assertThat(table.get("reference").asText()).isEqualTo("Rank-N-Contrast, both anchors");
        assertThat(variants(table)).contains("SupCon", "SCE (CLIP)");
    }

    @Test
    void shouldChangeOneThingAtATime() throws IOException {
        JsonNode table = compared("ablation");
        assertThat(table.get("reference").asText()).isEqualTo("as configured");
        assertThat(variants(table))
                .startsWith("as configured", "distance L1", "ties MASK_EQUAL_LABELS", "ties MASK", "temperature 0.05")
                .contains("temperature learned from 0.1", "batch 64", "batch 1024", "class weight 0.0")
                .contains("points centred", "points as projected")
                .doesNotContain("distance L2", "temperature 0.1", "class weight 0.5"); // what it is already
        Map<String, Double> recalls = new HashMap<>();
        for (JsonNode summary : table.get("summaries")) {
            if (summary.get("measure").asText().equals("zero-shot recall")) {
                recalls.put(
                        summary.get("variant").asText(),
                        summary.get("mean").get("value").asDouble());
            }
        }
        assertThat(recalls).hasSize(variants(table).size());
        assertThat(recalls.values().stream().distinct().count()).isGreaterThan(4); // they do differ
    }

    @Test
    void shouldSayWhatEachStageBrings() throws IOException {
        JsonNode table = compared("stages");
        assertThat(variants(table))
                .containsExactly(
                        "stages 1 and 2, prompts", "stage 1, its own heads", "random encoder and stage 2, prompts");
        for (JsonNode summary : table.get("summaries")) {
            if (summary.get("variant").asText().equals("stage 1, its own heads")) {
                assertThat(summary.get("measure").asText())
                        .isIn("soft ladder tau valence", "soft ladder tau arousal", "zero-shot recall");
                assertThat(summary.get("mean").get("value").asDouble()).isPositive();
            }
        }
    }

    private static List<String> variants(JsonNode table) {
        return table.get("entries").findValuesAsText("variant").stream()
                .distinct()
                .toList();
    }

    @Test
    void shouldReadTheWeightsOfARunBackFromItsBundle() {
        Map<String, float[]> learned = new HashMap<>(
                Checkpoint.read(bundle.resolveSibling("checkpoint.bin")).weights());
        try (ModelBundle opened = ModelBundle.open(bundle)) {
            BundleWeights.read(bundle, opened.manifest())
                    .forEach((name, values) -> assertThat(values).as(name).containsExactly(learned.remove(name)));
        }
        assertThat(learned.keySet()).containsExactlyInAnyOrder("classes", "classes.bias", Networks.LOG_TEMPERATURE);
    }

    @Test
    void shouldCompareOnTheEncoderOfABundle() throws IOException {
        Path config = Files.writeString(
                work.resolve("tiny.yaml"), TinyBundleMain.config().toYaml());
        JsonNode table = compared("losses", "--bundle=" + bundle, "--config=" + config);
        assertThat(table.get("run").asText()).isEqualTo("tiny 0.1.0");
        assertThat(table.get("entries")).hasSize(5 * 2);
    }

    @Test
    void shouldRefuseABundleOfAnotherConfiguration() throws IOException {
        String yaml = TinyBundleMain.config().toYaml();
        Path otherSeed = Files.writeString(work.resolve("seed.yaml"), yaml.replace("seed: 1", "seed: 3"));
        Path larger = Files.writeString(work.resolve("larger.yaml"), yaml.replace("temporal: 16", "temporal: 20"));
        assertThat(refused("--bundle=" + bundle, "--config=" + otherSeed)).contains("kept other speakers for tests");
        assertThat(refused("--bundle=" + bundle, "--config=" + larger))
                .contains("tiny 0.1.0 was not written by this configuration: tensor");
        assertThat(refused("--bundle=" + bundle))
                .contains("--run RUN must be given, or --bundle DIR and --config FILE");
    }

    private static String refused(String... source) {
        StringWriter err = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setErr(new PrintWriter(err));
        List<String> arguments = new ArrayList<>(List.of("compare-losses", "--corpus=" + work.resolve("corpus")));
        arguments.add("--cache=" + work.resolve("cache"));
        arguments.addAll(List.of(source));
        assertThat(line.execute(arguments.toArray(String[]::new))).isNotZero();
        return err.toString();
    }

    /// By one epoch of the heads and two seeds.
    ///
    /// @param source the run if there is none
    private static JsonNode compared(String variants, String... source) throws IOException {
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        List<String> arguments = new ArrayList<>(List.of(
                "compare-losses",
                "--corpus=" + work.resolve("corpus"),
                "--cache=" + work.resolve("cache"),
                "--variants=" + variants,
                "--seeds=2",
                "--epochs=1",
                "--json"));
        arguments.addAll(source.length == 0 ? List.of("--run=" + bundle.resolveSibling("")) : List.of(source));
        assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void shouldRefuseACheckpointOfOtherNetworks() throws IOException, InterruptedException {
        Path folder = stopped("changed");
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("temporal: 16", "temporal: 20"));
        assertThatThrownBy(() -> run(TrainConfig.read(config), RunFolder.resume(folder, NOON)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("does not fit the configuration");
    }

    @Test
    void shouldSayThatTwoSpeakersAreTooFew() throws IOException {
        Path few = work.resolve("few");
        SyntheticCorpus.write(few, 2, 1, 1);
        RunFolder folder = RunFolder.create(work.resolve("few-run"), TinyBundleMain.config(), NOON);
        TrainingRun run = new TrainingRun(TinyBundleMain.config(), few, work.resolve("cache"), folder, Progress.NONE);
        assertThatThrownBy(run::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("do not suffice for all sides: 2 to learn from, 0 to calibrate");
    }

    /// A run that did stage 1's first epoch only.
    private static Path stopped(String name) throws IOException, InterruptedException {
        TrainConfig config = TinyBundleMain.config();
        RunFolder folder = RunFolder.create(work.resolve(name), config, NOON);
        new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run(1);
        return folder.path();
    }

    private static Path run(TrainConfig config, String name) throws InterruptedException {
        return run(config, RunFolder.create(work.resolve(name), config, NOON));
    }

    private static Path run(TrainConfig config, RunFolder folder) throws InterruptedException {
        return new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run();
    }

    private static JsonNode evaluated(String... options) throws IOException {
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "evaluate",
                "--bundle",
                bundle.toString(),
                "--corpus",
                work.resolve("corpus").toString(),
                "--cache",
                work.resolve("cache").toString()));
        arguments.addAll(List.of(options));
        assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
        return new ObjectMapper().readTree(out.toString());
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.ModelBundle;
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

    /// With a learned temperature and early stopping; stopped in stage 1, between the stages, and in stage 2, each time
    /// with what a process leaves behind that is killed while it writes.
    @Test
    void shouldGiveTheSameWeightsWhereverItIsInterrupted() throws IOException, InterruptedException {
        TrainConfig config = shortConfig();
        Path undisturbed = RunFolder.create(work.resolve("whole"), config, NOON).path();
        train(config, undisturbed, 6);
        Checkpoint wanted = Checkpoint.read(undisturbed.resolve("checkpoint.bin"));
        assertThat(wanted.stage()).isEqualTo(2);
        assertThat(wanted.weights().get(Networks.LOG_TEMPERATURE)).doesNotContain((float) Math.log(0.1));
        for (int stop : new int[] {1, 3, 5}) {
            Path folder = RunFolder.create(work.resolve("stopped-" + stop), config, NOON)
                    .path();
            train(config, folder, stop);
            byte[] whole = Files.readAllBytes(folder.resolve("checkpoint.bin"));
            Files.write(folder.resolve("checkpoint.bin.part"), Arrays.copyOf(whole, whole.length / 3));
            Files.write(folder.resolve("metrics.json.part"), new byte[] {'{'});
            train(TrainConfig.read(folder.resolve("config.yaml")), folder, 6 - stop);
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
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        List<String> options = List.of(
                "--run=" + bundle.resolveSibling(""),
                "--corpus=" + work.resolve("corpus"),
                "--cache=" + work.resolve("cache"),
                "--seeds=2",
                "--epochs=2",
                "--json");
        List<String> arguments = new java.util.ArrayList<>(List.of("compare-losses"));
        arguments.addAll(options);
        assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
        JsonNode table = new ObjectMapper().readTree(out.toString());
        assertThat(table.get("entries")).hasSize(5 * 2);
        assertThat(table.get("summaries")).hasSize(5 * 8);
        assertThat(table.get("entries").findValues("loss").stream()
                        .map(JsonNode::asText)
                        .distinct())
                .contains(LossTable.REFERENCE, "SupCon", "SCE (CLIP)");
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

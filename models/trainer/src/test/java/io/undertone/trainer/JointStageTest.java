package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.ModelBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Encoder and projections together, from where one run of the tiny configuration ended its second stage.
class JointStageTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);
    private static final int EPOCHS_BEFORE = 22; // of the tiny configuration's first two stages

    @TempDir
    static Path work;

    private static Path aligned;

    @BeforeAll
    static void trainTheFirstTwoStages() throws InterruptedException, IOException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 10, 3, 1);
        RunFolder folder = RunFolder.create(work.resolve("aligned"), TinyBundleMain.config(), NOON);
        train(TinyBundleMain.config(), folder, EPOCHS_BEFORE);
        aligned = folder.path();
    }

    @Test
    void shouldTrainEncoderAndProjectionsOnAndWriteABundle() throws InterruptedException, IOException {
        TrainConfig config = config("epochs: 4", "learning-rate: 0.003");
        RunFolder folder = after("on", config);
        Map<String, float[]> before = Checkpoint.read(folder.checkpoint()).weights();
        train(config, folder, 100);
        Checkpoint last = Checkpoint.read(folder.checkpoint());
        assertThat(last.stage()).isEqualTo(3);
        for (String moved : List.of(
                "stage0.down",
                "features",
                "features.norm.mean", // the running statistics go on
                "classes",
                "affect",
                "audio-projection.hidden",
                "text-projection.skip",
                "audio-projection.centre.mean")) {
            assertThat(last.weights().get(moved)).as(moved).isNotEqualTo(before.get(moved));
        }
        assertThat(last.weights().get("log-temperature")).containsExactly(before.get("log-temperature"));
        JsonNode metrics = RunFolder.readMetrics(folder.path());
        JsonNode epochs = metrics.get("joint");
        assertThat(epochs).hasSize(4);
        for (String loss : List.of("loss", "captionLoss", "supervisedLoss")) {
            assertThat(epochs.get(3).get(loss).asDouble())
                    .as(loss)
                    .isLessThan(epochs.get(0).get(loss).asDouble());
        }
        assertThat(epochs.get(3).get("estimatedArousalTau").asDouble()).isGreaterThan(0.3);
        assertThat(metrics.get("supervised")).hasSize(2); // of the run that it goes on from
        assertThat(metrics.get("alignment")).hasSize(20);
        try (ModelBundle bundle = ModelBundle.open(folder.bundle())) {
            assertThat(bundle.manifest().training()).containsEntry("jointEpochs", 4);
        }
        assertThat(Files.readString(folder.bundle().resolve("MODEL_CARD.md")))
                .contains("\n- Stage 3: encoder and projections together by both losses, epochs: 4.\n- Intervals");
        assertThat(folder.path().resolve("report.html")).exists();
    }

    @Test
    void shouldLeaveTheRunThatItGoesOnFromAsItIs() throws InterruptedException, IOException {
        byte[] before = Files.readAllBytes(aligned.resolve("checkpoint.bin"));
        TrainConfig config = config("epochs: 2");
        RunFolder first = after("first", config);
        train(config, first, 2);
        assertThat(Files.readAllBytes(aligned.resolve("checkpoint.bin"))).isEqualTo(before);
        // a run with a joint stage is as good a start: its second stage was put aside
        RunFolder second = RunFolder.after(work.resolve("second"), config, first.path(), "test", NOON);
        assertThat(Files.readAllBytes(second.checkpoint())).isEqualTo(before);
        train(config, second, 2);
        assertThat(Files.readAllBytes(second.checkpoint())).isEqualTo(Files.readAllBytes(first.checkpoint()));
    }

    @Test
    void shouldGiveTheSameWithAStageOfNoEpochsAsWithNone() throws InterruptedException, IOException {
        String yaml = TinyBundleMain.config().toYaml();
        int from = yaml.indexOf("joint:");
        String without = yaml.substring(0, from) + yaml.substring(yaml.indexOf("calibration:"));
        assertThat(without).doesNotContain("joint");
        TrainConfig none = TrainConfig.parse(without, "none");
        assertThat(none.joint().enabled()).isFalse();
        RunFolder folder = RunFolder.create(work.resolve("none"), none, NOON);
        Files.copy(aligned.resolve("checkpoint.bin"), folder.checkpoint());
        train(none, folder, 100);
        assertThat(Files.readAllBytes(folder.checkpoint()))
                .isEqualTo(Files.readAllBytes(aligned.resolve("checkpoint.bin")));
        assertThat(RunFolder.readMetrics(folder.path()).has("joint")).isFalse();
        assertThat(folder.path().resolve("checkpoint-aligned.bin")).doesNotExist();
    }

    @Test
    void shouldKeepTheBestEpoch() throws InterruptedException {
        TrainConfig config = config("epochs: 30", "patience: 1");
        RunFolder folder = after("patient", config);
        train(config, folder, 100);
        Checkpoint last = Checkpoint.read(folder.checkpoint());
        assertThat(last.epoch()).isLessThan(30).isEqualTo(last.bestEpoch() + 1);
        assertThat(last.kept()).isEqualTo(last.best());
        assertThat(Arrays.equals(last.kept().get("features"), last.weights().get("features")))
                .isFalse();
    }

    @Test
    void shouldSayWhatTheStageBrings() throws InterruptedException, IOException {
        TrainConfig config = config("epochs: 2");
        RunFolder folder = after("compared", config);
        train(config, folder, 2);
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        assertThat(line.execute(
                        "compare-losses",
                        "--run=" + folder.path(),
                        "--corpus=" + work.resolve("corpus"),
                        "--cache=" + work.resolve("cache"),
                        "--variants=stages",
                        "--seeds=2",
                        "--epochs=1",
                        "--json"))
                .isZero();
        JsonNode entries = new ObjectMapper().readTree(out.toString()).get("entries");
        assertThat(entries.findValuesAsText("variant").stream().distinct())
                .containsExactly(
                        "stages 1 and 2, prompts",
                        "stage 1, its own heads",
                        "random encoder and stage 2, prompts",
                        "all three stages, prompts",
                        "all three stages, the supervised heads");
        ObjectNode values = new ObjectMapper().createObjectNode();
        entries.forEach(entry -> values.set(entry.get("variant").asText(), entry.get("values")));
        assertThat(values.get("all three stages, the supervised heads"))
                .isNotEqualTo(values.get("stage 1, its own heads"));
        assertThat(values.path("all three stages, prompts")
                        .path("zero-shot recall")
                        .asDouble())
                .isPositive();
    }

    @Test
    void shouldRefuseARunThatIsNotThatFar() throws InterruptedException {
        RunFolder early = RunFolder.create(work.resolve("early"), TinyBundleMain.config(), NOON);
        train(TinyBundleMain.config(), early, 3);
        assertThatThrownBy(() -> RunFolder.after(work.resolve("x"), config("epochs: 2"), early.path(), "test", NOON))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must be done with its second stage")
                .hasMessageContaining("is of stage 2, epoch 1");
    }

    @Test
    void shouldRefuseAConfigurationThatDiffersBeforeTheStage() throws IOException {
        String yaml = config("epochs: 2").toYaml();
        assertThat(refused(yaml.replace("features: 16", "features: 20").replace("seed: 1\n", "seed: 2\n")))
                .contains("config.yaml in joint, calibration, prompts, name, version and licence alone")
                .contains("it also does in encoder, seed");
        assertThat(refused(TinyBundleMain.config().toYaml()))
                .contains("epochs of joint must be positive to go on from");
    }

    @Test
    void shouldRefuseToForgetAJointStage() throws InterruptedException, IOException {
        TrainConfig config = config("epochs: 2");
        RunFolder folder = after("forgotten", config);
        train(config, folder, 1);
        assertThatThrownBy(() -> train(TinyBundleMain.config(), folder, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is of the joint stage, which the configuration does not have");
    }

    private static String refused(String yaml) throws IOException {
        Path file = Files.writeString(Files.createTempFile(work, "other", ".yaml"), yaml);
        StringWriter err = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setErr(new PrintWriter(err));
        assertThat(line.execute(
                        "train",
                        "--from-run=" + aligned,
                        "--config=" + file,
                        "--out=" + work.resolve("refused"),
                        "--corpus=" + work.resolve("corpus")))
                .isEqualTo(1);
        assertThat(work.resolve("refused")).doesNotExist();
        return err.toString();
    }

    private static RunFolder after(String name, TrainConfig config) {
        return RunFolder.after(work.resolve(name), config, aligned, "test", NOON);
    }

    /// The tiny configuration with a joint stage on few windows.
    ///
    /// @param changes of its block: `key: value`
    static TrainConfig config(String... changes) {
        StringBuilder joint = new StringBuilder("joint:\n");
        List<String> keys = List.of(
                "epochs: 2",
                "windows-per-epoch: 160",
                "batch: 16",
                "learning-rate: 0.001",
                "weight-decay: 0.01",
                "warm-up: 0.1",
                "supervised-weight: 1.0",
                "patience: 0");
        for (String key : keys) {
            String name = key.substring(0, key.indexOf(':') + 1);
            joint.append("  ")
                    .append(Arrays.stream(changes)
                            .filter(change -> change.startsWith(name))
                            .findFirst()
                            .orElse(key))
                    .append('\n');
        }
        String yaml = TinyBundleMain.config().toYaml();
        return TrainConfig.parse(
                yaml.substring(0, yaml.indexOf("joint:")) + joint + yaml.substring(yaml.indexOf("calibration:")),
                "joint");
    }

    private static void train(TrainConfig config, RunFolder folder, int mostEpochs) throws InterruptedException {
        new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run(mostEpochs);
    }
}

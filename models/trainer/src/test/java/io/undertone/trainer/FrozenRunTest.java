package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.ModelBundle;
import io.undertone.trainer.tower.TinyTowers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Heads on a frozen tower, from labels to a bundle.
class FrozenRunTest {

    @TempDir
    Path work;

    @Test
    void shouldMakeAnOrdinaryBundleOfAFrozenTowerAndKeepItsVectors() throws IOException, InterruptedException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 10, 3, 1);
        Path tower =
                TinyTowers.manifest(work.resolve("tower"), TinyTowers.yaml("wave", "frames", "MEAN_AND_DEVIATION"));
        Files.write(tower.resolveSibling("tower.onnx"), TinyTowers.frames(13));
        TrainConfig config = config(tower);
        Path bundle = run(config, "first");
        try (ModelBundle opened = ModelBundle.open(bundle)) { // replays the golden window
            assertThat(opened.manifest().audioEncoder().input().shape()).isEqualTo(List.of("batch", 48_000));
        }
        assertThat(bundle.resolve("audio-encoder.onnx")).exists();
        assertThat(vectors()).hasSize(1);
        long written = Files.getLastModifiedTime(vectors().getFirst().resolve("pass-0.f32"))
                .toMillis();
        begin(config, "second");
        assertThat(vectors()).hasSize(1);
        assertThat(Files.getLastModifiedTime(vectors().getFirst().resolve("pass-0.f32"))
                        .toMillis())
                .isEqualTo(written);
        begin(TrainConfig.parse(config.toYaml().replace("gain-db: 10.0", "gain-db: 3.0"), "changed"), "third");
        assertThat(vectors()).hasSize(2);
    }

    private List<Path> vectors() throws IOException {
        try (var files = Files.list(work.resolve("cache"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("tower-"))
                    .toList();
        }
    }

    private Path run(TrainConfig config, String name) throws InterruptedException {
        return training(config, name).run();
    }

    /// One epoch only.
    private void begin(TrainConfig config, String name) throws InterruptedException {
        training(config, name).run(1);
    }

    private TrainingRun training(TrainConfig config, String name) {
        RunFolder folder = RunFolder.create(work.resolve(name), config, Clock.systemUTC());
        return new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE);
    }

    /// The tiny configuration with another encoder block.
    private static TrainConfig config(Path tower) {
        String yaml = TinyBundleMain.config().toYaml();
        int from = yaml.indexOf("encoder:");
        int to = yaml.indexOf("augmentation:");
        String encoder = "encoder:\n  tower: \"" + tower
                + "\"\n  log-mel: true\n  features: 16\n  embedding: 16\n  projection-hidden: 4\n";
        return TrainConfig.parse(yaml.substring(0, from) + encoder + yaml.substring(to), "frozen");
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.network.FrozenSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrainConfigTest {

    private static final Path COMPACT = Path.of("configs/compact.yaml");

    @Test
    void shouldReadEveryConfigurationThatShips() {
        assertThat(TrainConfig.read(COMPACT).name()).isEqualTo("compact");
        assertThat(TrainConfig.read(Path.of("configs/small.yaml")).name()).isEqualTo("small");
        assertThat(TrainConfig.read(Path.of("configs/frozen-example.yaml")).encoder())
                .isInstanceOf(FrozenSpec.class);
        assertThat(TinyBundleMain.config().name()).isEqualTo("tiny");
    }

    @Test
    void shouldReadBackWhatItWrites() {
        TrainConfig config = TrainConfig.read(COMPACT);
        assertThat(TrainConfig.parse(config.toYaml(), "copy")).isEqualTo(config);
    }

    @Test
    void shouldNameKeyAndValueOfWhatIsWrong() throws IOException {
        refused("temperature: 0.2", "temperature: 0", "alignment", "temperature must be at least 0.003: 0.0");
        refused("temperature: 0.2", "temperatur: 0.1", "alignment.temperature is missing");
        refused("temperature: 0.2", "temperature: 0.2\n  colour: red", "unknown key 'alignment.colour'");
        refused("seed: 7", "", "seed");
        refused("seed: 7", "seed: seven", "seed", "seven");
        refused("telephone: 0.5", "telephone: 1.5", "augmentation", "telephone must be in [0, 1]: 1.5");
        refused("window-samples: 48000", "window-samples: 48001", "window", "48001");
        refused("loss: RANK_N_CONTRAST", "loss: MAGIC", "alignment.loss", "MAGIC");
        refused("seed: 7", "seed: 7: 8", "is not YAML, line");
    }

    @Test
    void shouldDoWithoutAJointStageInOlderFiles() throws IOException {
        String yaml = Files.readString(COMPACT);
        String older = yaml.substring(0, yaml.indexOf("joint:")) + yaml.substring(yaml.indexOf("calibration: {"));
        assertThat(TrainConfig.parse(older, "older").joint())
                .isEqualTo(new TrainConfig.Joint(0, 6720, 48, 0.0003, 0.02, 0.1, 1, 0));
        refused("supervised-weight: 1.0", "", "joint.supervised-weight is missing");
        refused("supervised-weight: 1.0", "supervised-weight: -1", "joint", "supervised-weight must not be negative");
    }

    @Test
    void shouldRefuseAJointStageOnAFrozenTower() throws IOException {
        String yaml = Files.readString(Path.of("configs/frozen-example.yaml"));
        String joint = "\njoint: {epochs: %d, windows-per-epoch: 96, batch: 48, learning-rate: 0.001, weight-decay: 0,"
                + " warm-up: 0, supervised-weight: 1, patience: 0}\n";
        assertThat(TrainConfig.parse(yaml + joint.formatted(0), "tower.yaml").encoder())
                .isInstanceOf(FrozenSpec.class);
        assertThatThrownBy(() -> TrainConfig.parse(yaml + joint.formatted(2), "tower.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("epochs of joint must be 0 for a frozen tower, which does not learn: 2");
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        assertThatThrownBy(() -> TrainConfig.read(Path.of("nowhere.yaml")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nowhere.yaml");
    }

    private static void refused(String old, String replacement, String... wanted) throws IOException {
        String yaml = Files.readString(COMPACT);
        assertThat(yaml).contains(old);
        assertThatThrownBy(() -> TrainConfig.parse(yaml.replace(old, replacement), "test.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("test.yaml")
                .satisfies(e -> assertThat(e.getMessage()).contains(wanted).doesNotContain("\n"));
    }
}

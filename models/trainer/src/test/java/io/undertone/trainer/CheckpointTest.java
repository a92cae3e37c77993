package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    @TempDir
    Path folder;

    private static Checkpoint checkpoint(float weight) {
        return new Checkpoint(
                2,
                7,
                Map.of("w", new float[] {weight, -1e-30f}),
                Map.of("steps", new float[] {5}),
                3,
                0.25,
                Map.of("w", new float[] {9}));
    }

    @Test
    void shouldReadBackWhatItWrote() {
        Path file = folder.resolve("checkpoint.bin");
        checkpoint(1.5f).write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.stage()).isEqualTo(2);
        assertThat(read.epoch()).isEqualTo(7);
        assertThat(read.weights().get("w")).containsExactly(1.5f, -1e-30f);
        assertThat(read.optimizer().get("steps")).containsExactly(5);
        assertThat(read.bestEpoch()).isEqualTo(3);
        assertThat(read.bestScore()).isEqualTo(0.25);
        assertThat(read.best().get("w")).containsExactly(9);
    }

    @Test
    void shouldKeepTheOldOneUntilTheNewOneIsWhole() throws IOException {
        Path file = folder.resolve("checkpoint.bin");
        checkpoint(1).write(file);
        Path killed = folder.resolve("checkpoint.bin.part"); // what a process that is killed leaves behind
        Files.write(killed, new byte[] {1, 2, 3});
        assertThat(Checkpoint.read(file).weights().get("w")).startsWith(1);
        checkpoint(2).write(file);
        assertThat(Checkpoint.read(file).weights().get("w")).startsWith(2);
        assertThat(killed).doesNotExist();
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws IOException {
        Path file = folder.resolve("checkpoint.bin");
        checkpoint(1).write(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("checkpoint.bin is cut off");
        Files.writeString(file, "not at all");
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not a checkpoint");
    }
}

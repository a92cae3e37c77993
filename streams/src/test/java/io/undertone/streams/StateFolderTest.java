package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {

    @TempDir
    Path stateDir;

    private Path processId;
    private Path task;
    private StateFolder state;

    @BeforeEach
    void makeState() throws IOException {
        Path folder = Files.createDirectories(stateDir.resolve("undertone"));
        processId = Files.writeString(folder.resolve("kafka-streams-process-metadata"), "{}");
        task = folder.resolve("0_1");
        Files.writeString(
                Files.createDirectories(task.resolve("rocksdb/chunks")).resolve("CURRENT"), "MANIFEST-5");
        state = folder(Guarantee.EXACTLY_ONCE);
    }

    @Test
    void shouldDeleteWhatACrashLeftButTheProcessId() {
        state.prepare();

        assertThat(task).doesNotExist();
        assertThat(processId).exists();
    }

    @Test
    void shouldKeepWhatWasClosedInOrder() {
        state.closedInOrder();

        state.prepare();

        assertThat(task).exists();
    }

    @Test
    void shouldTakeTheWordForAnOrderlyEndOnce() {
        state.closedInOrder();
        state.prepare();

        state.prepare();

        assertThat(task).doesNotExist();
    }

    /// Kafka Streams then goes on with what was on the disk.
    @Test
    void shouldKeepWhatACrashLeftUnderAtLeastOnce() {
        folder(Guarantee.AT_LEAST_ONCE).prepare();

        assertThat(task).exists();
    }

    @Test
    void shouldLeaveAloneWhatIsInUse() throws IOException {
        try (FileChannel channel = FileChannel.open(
                        stateDir.resolve("undertone/.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            state.prepare();
        }

        assertThat(task).exists();
    }

    @Test
    void shouldHaveNothingToDoAtTheFirstStart() {
        StateFolder first = new StateFolder(stateDir.resolve("new"), "undertone", Guarantee.EXACTLY_ONCE);

        first.prepare();
        first.closedInOrder();

        assertThat(stateDir.resolve("new")).doesNotExist();
    }

    private StateFolder folder(Guarantee guarantee) {
        return new StateFolder(stateDir, "undertone", guarantee);
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class StateFolderTest {

    @TempDir
    Path stateDir;

    private Path sound;
    private Path broken;
    private StateFolder state;

    @BeforeEach
    void makeStores() throws Exception {
        sound = task("0_0");
        broken = task("0_1");
        state = folder(Guarantee.EXACTLY_ONCE);
    }

    @Test
    void shouldDeleteWhatACrashLeftButTheProcessId() throws IOException {
        Path processId = Files.writeString(stateDir.resolve("undertone/kafka-streams-process-metadata"), "{}");

        state.prepare();

        assertThat(sound).doesNotExist();
        assertThat(processId).exists();
    }

    @Test
    void shouldTakeTheWordForAnOrderlyEndOnce() {
        closeAndPrepare();

        state.prepare();

        assertThat(sound).doesNotExist();
    }

    /// Kafka Streams then goes on with what was on the disk.
    @Test
    void shouldKeepWhatACrashLeftUnderAtLeastOnce() {
        folder(Guarantee.AT_LEAST_ONCE).prepare();

        assertThat(sound).exists();
    }

    @Test
    void shouldLeaveAloneWhatCanBeRead() throws Exception {
        List<Path> before = files(stateDir);

        closeAndPrepare();

        assertThat(files(stateDir)).containsAll(before);
    }

    @Test
    void shouldDeleteTheStateOfATaskWithABrokenBlock() throws Exception {
        Path table = files(broken).stream()
                .filter(file -> file.toString().endsWith(".sst"))
                .findFirst()
                .orElseThrow();
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(1000);
            file.write(file.read() ^ 0xff);
        }

        closeAndPrepare();

        assertThat(broken).doesNotExist();
        assertThat(sound).exists();
    }

    @Test
    void shouldDeleteTheStateOfATaskWithAFileThatIsMissingOrCutShort() throws Exception {
        for (String name : List.of("CURRENT", "MANIFEST", ".sst")) {
            Path file = files(broken).stream()
                    .filter(path -> path.getFileName().toString().startsWith(name)
                            || path.toString().endsWith(name))
                    .findFirst()
                    .orElseThrow();
            if (name.equals("MANIFEST")) {
                Files.write(file, new byte[] {1, 2, 3});
            } else {
                Files.delete(file);
            }

            closeAndPrepare();

            assertThat(broken).doesNotExist();
            assertThat(sound).exists();
            broken = task("0_1");
        }
    }

    @Test
    void shouldDeleteAFileInPlaceOfAFolder() throws Exception {
        Path file = Files.writeString(stateDir.resolve("undertone/0_7"), "?");
        Path stores = Files.createDirectories(stateDir.resolve("undertone/0_8"));
        Files.writeString(stores.resolve("rocksdb"), "?");

        closeAndPrepare();

        assertThat(file).doesNotExist();
        assertThat(stores).doesNotExist();
        assertThat(sound).exists();
    }

    @Test
    void shouldTouchNothingThatSomebodyUses() throws Exception {
        Files.delete(broken.resolve("rocksdb/chunks/CURRENT"));
        try (FileChannel channel = FileChannel.open(
                        stateDir.resolve("undertone/.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {

            state.prepare();

            assertThat(broken).exists();
        }
    }

    @Test
    void shouldNotMindAFolderThatIsNotThereYet() {
        StateFolder first = new StateFolder(stateDir.resolve("new"), "undertone", Guarantee.EXACTLY_ONCE);

        first.prepare();
        first.closedInOrder();

        assertThat(stateDir.resolve("new")).doesNotExist();
    }

    private void closeAndPrepare() {
        state.closedInOrder();
        state.prepare();
    }

    private StateFolder folder(Guarantee guarantee) {
        return new StateFolder(stateDir, "undertone", guarantee);
    }

    private Path task(String name) throws IOException, RocksDBException {
        Path task = stateDir.resolve("undertone").resolve(name);
        Path store = Files.createDirectories(task.resolve("rocksdb/chunks"));
        RocksDB.loadLibrary();
        Random random = new Random(1);
        try (Options options = new Options().setCreateIfMissing(true);
                FlushOptions flush = new FlushOptions().setWaitForFlush(true);
                RocksDB db = RocksDB.open(options, store.toString())) {
            for (int i = 0; i < 100; i++) {
                byte[] value = new byte[200];
                random.nextBytes(value);
                db.put(new byte[] {(byte) i}, value);
            }
            db.flush(flush);
        }
        return task;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}

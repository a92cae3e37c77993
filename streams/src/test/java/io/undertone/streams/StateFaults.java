package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A state folder that is spoilt between two runs, cannot be used or becomes full, on a real broker.
@Timeout(600)
final class StateFaults {

    enum Damage {
        /// A byte in the middle of each table: the store opens, and only who reads the block may notice.
        FLIPPED_BITS {
            @Override
            void doTo(Path task) throws IOException {
                for (Path table : files(task, name -> name.endsWith(".sst"))) {
                    try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
                        file.seek(file.length() / 3);
                        int there = file.read();
                        file.seek(file.length() / 3);
                        file.write(there ^ 0xff);
                    }
                }
            }
        },
        CUT_SHORT {
            @Override
            void doTo(Path task) throws IOException {
                for (Path manifest : files(task, name -> name.startsWith("MANIFEST"))) {
                    try (RandomAccessFile file = new RandomAccessFile(manifest.toFile(), "rw")) {
                        file.setLength(file.length() / 2);
                    }
                }
            }
        },
        MISSING_FILES {
            @Override
            void doTo(Path task) throws IOException {
                for (Path file : files(task, name -> name.endsWith(".sst") || name.equals("CURRENT"))) {
                    Files.delete(file);
                }
            }
        },
        A_FILE_FOR_A_FOLDER {
            @Override
            void doTo(Path task) throws IOException {
                Files.move(task, task.resolveSibling("moved-" + task.getFileName()));
                Files.writeString(task, "not a folder");
            }
        };

        abstract void doTo(Path task) throws IOException;
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static FaultStage stage;

    @BeforeAll
    static void open() throws Exception {
        stage = FaultStage.open(folder);
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRestoreFromKafkaWhatCannotBeRead(Damage damage) throws Exception {
        String prefix = damage.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-";
        Topics topics = stage.topics(prefix);
        CallTraffic traffic = new CallTraffic(8, 40, 21);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        List<AudioChunk> records = traffic.records();
        int half = records.size() / 2;

        try (TagReader reader = new TagReader(stage.servers(), topics)) {
            try (TaggerApplication _ = stage.tagger(prefix, TestTagging.encoder(), FaultStage.FAST)) {
                send(topics, records.subList(0, half));
                reader.readUntil(FaultStage.total(expected) / 3, FaultStage.PATIENCE);
            }
            Path state = stage.stateDir(prefix).resolve(prefix + "tagger");
            assertThat(files(state, name -> name.endsWith(".sst"))).isNotEmpty();
            for (Path task : tasks(state)) {
                damage.doTo(task);
            }

            long before = FaultStage.readWhatIsThere(reader);
            long start = System.nanoTime();
            try (TaggerApplication tagger = stage.tagger(prefix, TestTagging.encoder(), FaultStage.FAST)) {
                send(topics, records.subList(half, records.size()));
                reader.readUntil(before + 1, FaultStage.PATIENCE);
                FaultStage.print("state folder, " + damage + ", start until tags flow", start);
                FaultStage.readAll(reader, expected);
                assertThat(tagger.counters().deadLetters()).isZero();
                FaultStage.checkHeap("state folder, " + damage);
            }

            assertThat(reader.checksums()).isEqualTo(expected);
        }
    }

    @Test
    void shouldSayInOneLineThatTheFolderCannotBeUsed() throws Exception {
        stage.topics("file-");
        Files.writeString(stage.stateDir("file-"), "not a folder");

        assertThatThrownBy(() -> stage.tagger("file-", TestTagging.encoder(), FaultStage.FAST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("state-dir must be a folder that can be written")
                .hasMessageContaining(stage.stateDir("file-").toString());
    }

    /// No file of the process may grow beyond 4 KB: to RocksDB a disk that is full (EFBIG in place of ENOSPC).
    @Test
    void shouldEndWhenTheDiskIsFullAndLoseNothing() throws Exception {
        assumeTrue(canLimit(ProcessHandle.current().pid()), "prlimit is not there");
        Topics topics = stage.topics("full-");
        CallTraffic traffic = new CallTraffic(8, 60, 22);
        Map<String, TagChecksum> expected = FaultStage.expected(traffic);
        Path config = Files.writeString(folder.resolve("full.yaml"), stage.yaml("full-", FaultStage.FAST));

        try (TagReader reader = new TagReader(stage.servers(), topics)) {
            try (FaultyTagger full = FaultyTagger.start(config, "sound")) {
                Thread sender = Thread.ofPlatform().start(() -> sendQuietly(topics, traffic.records()));
                reader.readUntil(10, FaultStage.PATIENCE);
                assertThat(run("prlimit", "--pid", Long.toString(full.pid()), "--fsize=4096"))
                        .isZero();
                sender.join();
                assertThat(full.await(FaultStage.PATIENCE)).isEqualTo(1);
                assertThat(full.output()).contains("state-dir cannot be read or written; is the disk full?");
            }
            long before = FaultStage.readWhatIsThere(reader);
            long start = System.nanoTime();
            assertThat(before).isLessThan(FaultStage.total(expected));
            try (FaultyTagger sound = FaultyTagger.start(config, "sound")) {
                reader.readUntil(before + 1, FaultStage.PATIENCE);
                FaultStage.print("full disk, room again and restart until tags flow", start);
                FaultStage.readAll(reader, expected);
                FaultStage.checkProcess("full disk", sound.pid(), FaultStage.TAGGER_BOUND_MIB);
            }

            assertThat(reader.checksums()).isEqualTo(expected);
        }
    }

    private static void send(Topics topics, List<AudioChunk> records) throws Exception {
        CallTraffic.send(stage.servers(), topics, TopologyHarness.SERDES, records, Duration.ZERO);
    }

    private static void sendQuietly(Topics topics, List<AudioChunk> records) {
        try {
            CallTraffic.send(stage.servers(), topics, TopologyHarness.SERDES, records, Duration.ofSeconds(20));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> files(Path folder, Predicate<String> name) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(file -> name.test(file.getFileName().toString()))
                    .toList();
        }
    }

    private static List<Path> tasks(Path state) throws IOException {
        try (Stream<Path> paths = Files.list(state)) {
            return paths.filter(path -> path.getFileName().toString().matches("\\d+_\\d+"))
                    .toList();
        }
    }

    private static boolean canLimit(long pid) throws InterruptedException {
        try {
            return run("prlimit", "--pid", Long.toString(pid), "--fsize") == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}

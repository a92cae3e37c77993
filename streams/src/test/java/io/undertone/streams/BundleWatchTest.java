package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleWatchTest {

    @TempDir
    Path folder;

    private final List<Path> taken = new ArrayList<>();
    private Path first = Path.of("");
    private Path second = Path.of("");
    private Path link = Path.of("");

    @BeforeEach
    void create() throws IOException {
        folder = folder.toRealPath();
        first = Files.createDirectory(folder.resolve("1"));
        second = Files.createDirectory(folder.resolve("2"));
        Files.writeString(first.resolve("manifest.json"), "first");
        Files.writeString(second.resolve("manifest.json"), "second");
        link = Files.createSymbolicLink(folder.resolve("current"), first);
    }

    @Test
    void shouldSayNothingWhileNothingChanges() throws Exception {
        BundleWatch watch = new BundleWatch(link);

        look(watch, 3);

        assertThat(taken).isEmpty();
    }

    @Test
    void shouldPassOnOnceWhereTheLinkLeadsAfterASwitch() throws Exception {
        BundleWatch watch = new BundleWatch(link);

        switchTo(second);
        look(watch, 1);
        assertThat(taken).isEmpty();
        look(watch, 3);

        assertThat(taken).containsExactly(second);
    }

    @Test
    void shouldWaitUntilAFolderThatIsBeingWrittenKeepsStill() throws Exception {
        BundleWatch watch = new BundleWatch(first);

        for (int file = 0; file < 5; file++) {
            Files.writeString(first.resolve("part-" + file), "x");
            look(watch, 1);
        }
        assertThat(taken).isEmpty();
        look(watch, 1);

        assertThat(taken).containsExactly(first);
    }

    @Test
    void shouldPassOnAgainWhatChangesAgain() throws Exception {
        BundleWatch watch = new BundleWatch(first);

        Files.writeString(first.resolve("manifest.json"), "half");
        look(watch, 2);
        Files.writeString(first.resolve("manifest.json"), "and the rest");
        look(watch, 2);

        assertThat(taken).containsExactly(first, first);
    }

    @Test
    void shouldPassOnAFolderThatIsGoneAndTheOneThatComesInItsPlace() throws Exception {
        BundleWatch watch = new BundleWatch(link);

        Files.delete(link);
        look(watch, 3);
        switchTo(second);
        look(watch, 3);

        assertThat(taken).containsExactly(link, second);
    }

    private void switchTo(Path bundle) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, bundle);
    }

    private void look(BundleWatch watch, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            watch.look(taken::add);
        }
    }
}

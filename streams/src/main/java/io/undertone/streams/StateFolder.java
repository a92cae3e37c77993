package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local state of an instance, before Kafka Streams opens it and after it has closed it. All of it is restored from
/// Kafka where it is missing.
///
/// Under exactly-once Kafka Streams throws the state of a crashed process away, for it may hold what was not committed.
/// But first it opens every store, twice, to find that out, while calls wait. So the state of a process that did not
/// close in order is deleted here; the process id beside it stays, and with it the transactional ids.
///
/// Layout: `STATE-DIR/APPLICATION-ID/TASK/rocksdb/STORE/`, as Kafka Streams 4.3 makes it. Immutable.
final class StateFolder {

    private static final Logger log = LoggerFactory.getLogger(StateFolder.class);

    private static final String LOCK = ".lock";
    private static final String TASK = "\\d+_\\d+";
    /// Is there from the moment at which everything was closed in order until the next start.
    private static final String CLOSED = "closed-in-order";

    private final Path folder;
    private final Guarantee guarantee;

    StateFolder(Path stateDir, String applicationId, Guarantee guarantee) {
        this.folder = stateDir.resolve(applicationId);
        this.guarantee = guarantee;
    }

    /// Deletes what a crash has left. Leaves alone what another process uses.
    ///
    /// @throws InvalidInputException if it cannot be deleted
    void prepare() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null && !Files.deleteIfExists(folder.resolve(CLOSED)) && guarantee == Guarantee.EXACTLY_ONCE) {
                deleteTasks();
            }
        } catch (OverlappingFileLockException _) {
            // Used by this process: Kafka Streams refuses to share it.
        } catch (IOException e) {
            throw new InvalidInputException("state-dir cannot be used: " + folder + " (" + e + ")", e);
        }
    }

    private void deleteTasks() throws IOException {
        for (Path child : children(folder)) {
            if (child.getFileName().toString().matches(TASK)) {
                delete(child);
                log.debug("not closed in order, is restored from Kafka: {}", child);
            }
        }
    }

    /// Says to the next start that every store was closed in order. Where that is wrong, Kafka Streams finds out.
    void closedInOrder() {
        if (Files.isDirectory(folder)) {
            try {
                Files.write(folder.resolve(CLOSED), new byte[0]);
            } catch (IOException e) {
                log.warn("the next start restores all state from Kafka: {}", e.toString());
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

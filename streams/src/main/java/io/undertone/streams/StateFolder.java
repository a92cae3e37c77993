package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local state of an instance, before Kafka Streams opens it and after it has closed it. All of it is restored from
/// Kafka where it is missing.
///
/// Under exactly-once Kafka Streams throws the state of a crashed process away, for it may hold what was not committed.
/// But first it opens every store, twice, to find that out, while calls wait. So the state of a process that did not
/// close in order is deleted here; the process id beside it stays, and with it the transactional ids.
///
/// Of what was closed in order every block is read once: Kafka Streams refuses to start on a store that it cannot open,
/// and does not notice when a block in the middle of one is broken. Its iterators then end too early, and channels
/// would be forgotten. So a task of which a store cannot be read is deleted, too.
///
/// Layout: `STATE-DIR/APPLICATION-ID/TASK/rocksdb/STORE/`, as Kafka Streams 4.3 makes it. Immutable.
final class StateFolder {

    private static final Logger log = LoggerFactory.getLogger(StateFolder.class);

    private static final String LOCK = ".lock";
    private static final String TASK = "\\d+_\\d+";
    private static final String STORES = "rocksdb";
    /// Is there from the moment at which everything was closed in order until the next start.
    private static final String CLOSED = "closed-in-order";

    private final Path folder;
    private final Guarantee guarantee;

    StateFolder(Path stateDir, String applicationId, Guarantee guarantee) {
        this.folder = stateDir.resolve(applicationId);
        this.guarantee = guarantee;
    }

    /// Deletes what a crash has left, and what cannot be read. Leaves alone what another process uses.
    ///
    /// @throws InvalidInputException if it cannot be deleted
    void prepare() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            boolean closed = Files.deleteIfExists(folder.resolve(CLOSED));
            for (Path task : children(folder)) {
                if (task.getFileName().toString().matches(TASK)) {
                    prepare(task, closed || guarantee == Guarantee.AT_LEAST_ONCE);
                }
            }
        } catch (OverlappingFileLockException _) {
            // Used by this process: Kafka Streams refuses to share it.
        } catch (IOException e) {
            throw new InvalidInputException("state-dir cannot be used: " + folder + " (" + e + ")", e);
        }
    }

    private static void prepare(Path task, boolean goOnWith) throws IOException {
        try {
            if (goOnWith) {
                check(task);
                return;
            }
            log.debug("not closed in order, is restored from Kafka: {}", task);
        } catch (IOException | RocksDBException e) {
            log.warn("the local state of task {} cannot be read and is restored from Kafka: {}", task, e.toString());
        }
        FolderTree.delete(task);
    }

    private static void check(Path task) throws IOException, RocksDBException {
        if (!Files.isDirectory(task)) {
            throw new IOException("not a folder");
        }
        Path stores = task.resolve(STORES);
        if (Files.exists(stores)) {
            for (Path store : children(stores)) {
                checkStore(store);
            }
        }
    }

    /// @throws RocksDBException if a file of the store is missing or its checksums are wrong
    private static void checkStore(Path store) throws IOException, RocksDBException {
        if (children(store).isEmpty()) {
            return;
        }
        RocksDB.loadLibrary();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options options = new Options();
                DBOptions dbOptions = new DBOptions()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, store.toString())) {
                families.add(new ColumnFamilyDescriptor(name));
            }
            if (families.isEmpty()) {
                throw new IOException("no store in " + store);
            }
            try (RocksDB db = RocksDB.openReadOnly(dbOptions, store.toString(), families, handles)) {
                db.verifyChecksum();
                handles.forEach(ColumnFamilyHandle::close);
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

    /// @throws IOException also if it is not a folder
    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}

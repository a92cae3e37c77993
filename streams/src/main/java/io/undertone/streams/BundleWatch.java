package io.undertone.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks, every so often, whether other files stand where the bundle is: in the folder itself, or because a symbolic
/// link leads elsewhere now. What changed is passed on once it has kept still from one look to the next, so that a
/// bundle is not opened while it is still being copied; if it changes again, it is passed on again.
///
/// Threading: `look` belongs to the watch's own daemon thread, or to a test.
final class BundleWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BundleWatch.class);

    /// What is done about files that have changed.
    interface Action {
        void take(Path folder) throws InterruptedException;
    }

    private final Path folder;
    private String seen; // what stood there at the last look
    private boolean passedOn = true;
    private @Nullable Thread thread;

    /// Remembers what stands there now: make it before the bundle is opened.
    BundleWatch(Path folder) {
        this.folder = folder;
        this.seen = print(folder);
    }

    void start(Duration every, Action action) {
        Thread started = Thread.ofPlatform()
                .daemon()
                .name("undertone-bundle-watch")
                .unstarted(() -> {
                    try {
                        while (true) {
                            Thread.sleep(every);
                            look(action);
                        }
                    } catch (InterruptedException _) {
                        // close() asked for it
                    } catch (RuntimeException | Error e) {
                        log.error("the watch of {} died: no bundle is swapped any more", folder, e);
                    }
                });
        thread = started;
        started.start();
    }

    void look(Action action) throws InterruptedException {
        String now = print(folder);
        if (!now.equals(seen)) {
            seen = now;
            passedOn = false;
        } else if (!passedOn) {
            passedOn = true;
            action.take(real(folder));
        }
    }

    /// So that a link that is switched meanwhile does not give files of two bundles.
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException _) {
            return folder; // opening it says what is wrong
        }
    }

    /// Differs when a file comes, goes or is written, or the folder is another one.
    private static String print(Path folder) {
        try {
            Path real = folder.toRealPath();
            try (Stream<Path> files = Files.list(real)) {
                return real + files.sorted().map(BundleWatch::describe).collect(Collectors.joining());
            }
        } catch (IOException | UncheckedIOException e) {
            return "not readable: " + e;
        }
    }

    private static String describe(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return "\n" + file.getFileName() + " " + attributes.size() + " " + attributes.lastModifiedTime() + " "
                    + attributes.fileKey();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns when no bundle is being taken any more.
    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            if (!running.join(Duration.ofSeconds(30))) {
                log.warn("a bundle is still being opened; leaving it behind");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

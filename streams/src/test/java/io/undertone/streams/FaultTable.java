package io.undertone.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/// What was done to brokers and taggers and what it cost: a line each, in `target/faults.md` for the report at the
/// end of the build. It holds the latest run. Thread safe.
final class FaultTable {

    private static final Path FILE = Path.of("target", "faults.md");
    private static boolean begun;

    private FaultTable() {}

    /// @param what was done
    /// @param recovery until tags were there again
    static void recovered(String what, Duration recovery) {
        add(what, String.format(Locale.ROOT, "%.1f s", recovery.toMillis() / 1e3), "");
    }

    /// @param what was done
    /// @param usedMib at most
    /// @param boundMib that it must stay below
    static void memory(String what, long usedMib, long boundMib) {
        add(what, "", usedMib + " MiB of " + boundMib);
    }

    private static synchronized void add(String what, String recovery, String memory) {
        try {
            Files.createDirectories(FILE.getParent());
            if (!begun) {
                Files.writeString(FILE, "| class | fault | tags again after | memory |\n| --- | --- | --- | --- |\n");
                begun = true;
            }
            Files.writeString(
                    FILE,
                    "| %s | %s | %s | %s |\n".formatted(faultClass(), what, recovery, memory),
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String faultClass() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .filter(name -> name.endsWith("Faults"))
                        .reduce((_, outer) -> outer)
                        .orElse("?"))
                .replaceAll(".*\\.", "");
    }
}

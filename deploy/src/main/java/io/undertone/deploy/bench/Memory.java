package io.undertone.deploy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// Memory of the process: what lives on the heap, and all that the system gave it.
///
/// @param heapMiB used after a full collection
/// @param residentMiB of the whole process, broker and native libraries included; empty where there is no `/proc`
record Memory(double heapMiB, OptionalDouble residentMiB) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MIB = 1 << 20;

    /// Collects first: takes some ten milliseconds in which everything stands still.
    static Memory afterCollection() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return new Memory(memory.getHeapMemoryUsage().getUsed() / MIB, resident());
    }

    private static OptionalDouble resident() {
        if (!Files.isReadable(STATUS)) {
            return OptionalDouble.empty();
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(STATUS + " cannot be read", e);
        }
    }
}

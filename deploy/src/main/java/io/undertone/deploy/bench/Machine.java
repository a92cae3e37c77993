package io.undertone.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What figures mean nothing without.
///
/// @param description of the machine, for people
/// @param commit of the sources, as the launcher says; `unknown` where it does not
/// @param bundlePrompts size of the bundle's own bank
record Machine(String description, String commit, int bundlePrompts) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    static Machine of(int bundlePrompts) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        String description = "%d cores (%s), %d GiB, %s %s, JDK %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Math.round(system.getTotalMemorySize() / (double) (1 << 30)),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version());
        return new Machine(description, System.getProperty("undertone.commit", "unknown"), bundlePrompts);
    }

    private static String processor() {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        try {
            return Files.readAllLines(CPU_INFO).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(CPU_INFO + " cannot be read", e);
        }
    }
}

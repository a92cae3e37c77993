import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

// The part of the image below our jars: a Java runtime linked from the JDK that runs this, the libraries of the C library
// that it and our native libraries load, and the few files that a process expects. Everything comes from this machine,
// which must be Linux with glibc.

/** Modules that the service's jars need, found by jdeps; crypto and DNS providers are found by name at run time. */
private static final String MODULES = "java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,"
        + "java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.management,jdk.naming.dns,"
        + "jdk.httpserver,jdk.net,jdk.unsupported,jdk.zipfs";

/** What our jars' native libraries (ONNX Runtime, RocksDB, tokenizers, codecs) load beside the JDK's. */
private static final List<String> MORE_LIBRARIES = List.of(
        "libstdc++.so.6",
        "libgcc_s.so.1",
        "libm.so.6",
        "libdl.so.2",
        "libpthread.so.0",
        "librt.so.1",
        "libresolv.so.2",
        "libnss_files.so.2",
        "libnss_dns.so.2");

private static final Path SYSTEM_LIBRARIES = Path.of("/lib/x86_64-linux-gnu");
private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");
private static final Pattern RESOLVED = Pattern.compile("\\s*(\\S+) => (/\\S+) .*");

void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    delete(root);
    Files.createDirectories(root.resolve("opt"));
    Path java = root.resolve("opt/java");
    run(List.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
            "--add-modules", MODULES,
            "--strip-debug", "--no-header-files", "--no-man-pages",
            "--output", java.toString()));
    copyLibraries(java, root);
    copy(LOADER, root.resolve("lib64/ld-linux-x86-64.so.2"));
    write(root.resolve("etc/passwd"), "root:x:0:0::/:/none\nundertone:x:65532:65532::/var/lib/undertone:/none\n");
    write(root.resolve("etc/group"), "root:x:0:\nundertone:x:65532:\n");
    write(root.resolve("etc/nsswitch.conf"), "hosts: files dns\n");
    Files.createDirectories(root.resolve("tmp"));
    Files.createDirectories(root.resolve("var/lib/undertone"));
}

private static void copyLibraries(Path java, Path root) throws Exception {
    Set<String> names = new TreeSet<>(MORE_LIBRARIES);
    Deque<Path> binaries = new ArrayDeque<>();
    try (Stream<Path> files = Files.walk(java)) {
        files.filter(file -> file.endsWith("bin/java") || file.toString().endsWith(".so")).forEach(binaries::add);
    }
    for (Path binary : binaries) {
        for (String line : run(List.of("ldd", binary.toString())).lines().toList()) {
            Matcher resolved = RESOLVED.matcher(line);
            if (resolved.matches() && !Path.of(resolved.group(2)).startsWith(java)) {
                names.add(resolved.group(1));
            }
        }
    }
    for (String name : names) {
        Path library = SYSTEM_LIBRARIES.resolve(name);
        if (!Files.exists(library)) {
            throw new IOException(library + " is missing on this machine");
        }
        copy(library, root.resolve("lib/x86_64-linux-gnu").resolve(name));
    }
}

private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + output);
    }
    return output;
}

private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from.toRealPath(), to);
}

private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
}

private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
        return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(root)) {
        all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
        Files.delete(path);
    }
}

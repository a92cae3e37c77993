package io.undertone.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a main class of the tests in a JVM of its own, which ends when the tests' JVM does, however that ends.
final class JavaProcess {

    private JavaProcess() {}

    /// @param heap as the JVM's option
    /// @param log both outputs are appended to it
    static Process launch(Class<?> main, String heap, Path log, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                heap,
                main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not on the command line: ONNX Runtime 1.29 crashes when that is longer than about 4 KB.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return builder.start();
    }

    /// For the main class: its input is a pipe that breaks when the other side dies.
    static void endWithParent() {
        Thread.ofPlatform().daemon().name("parent").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nobody writes
                }
            } catch (IOException _) {
                // as good as the end
            }
            Runtime.getRuntime().halt(1);
        });
    }
}

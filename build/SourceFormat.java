import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

// Formats the project's sources (apply), or fails when one of them is not formatted (check).
// Run by the build as a single-file program on the JDK 25 toolchain: see the root pom.

// "build" holds programs like this one: the formatter does not parse compact source files.
private static final Set<String> SKIPPED = Set.of("target", ".git", "node_modules", "build");

void main(String[] args) throws Exception {
    boolean apply = args[0].equals("apply");
    Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.PALANTIR).build());
    List<Path> wrong = new ArrayList<>();
    for (Path file : javaFiles(Path.of(args[1]))) {
        String source = Files.readString(file);
        String formatted = formatter.formatSourceAndFixImports(source);
        if (!formatted.equals(source)) {
            wrong.add(file);
            if (apply) {
                Files.writeString(file, formatted);
            }
        }
    }
    if (!wrong.isEmpty() && !apply) {
        wrong.forEach(file -> System.err.println("not formatted: " + file));
        System.err.println("run `mvn -N validate -Pformat` and commit what it changed");
        System.exit(1);
    }
}

private static List<Path> javaFiles(Path root) throws Exception {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return SKIPPED.contains(folder.getFileName().toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java") && !file.getFileName().toString().equals("SourceFormat.java")) {
                files.add(file);
            }
            return FileVisitResult.CONTINUE;
        }
    });
    files.sort(null);
    return files;
}

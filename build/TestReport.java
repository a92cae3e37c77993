import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

// Adds up the test reports of all modules, prints the count as the last line of the build, and fails when a test was
// skipped or when a module that holds tests ran none (a test class that no runner picks up would go unseen). Where
// faults were injected, the table of them stands before it.

void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    int run = 0;
    int failed = 0;
    int skipped = 0;
    boolean silent = false;
    for (String module : List.of("schemas", "models/inference", "models/trainer", "streams", "deploy")) {
        int before = run;
        for (Path report : reports(root.resolve(module).resolve("target"))) {
            Element suite = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
            run += Integer.parseInt(suite.getAttribute("tests"));
            failed += Integer.parseInt(suite.getAttribute("failures")) + Integer.parseInt(suite.getAttribute("errors"));
            skipped += Integer.parseInt(suite.getAttribute("skipped"));
        }
        if (run == before && Files.isDirectory(root.resolve(module).resolve("src/test/java"))) {
            System.err.println("no test of " + module + " ran, though it has tests");
            silent = true;
        }
    }
    if (args.length > 1 && Files.exists(root.resolve(args[1]))) {
        System.out.print(Files.readString(root.resolve(args[1])));
    }
    System.out.println("Tests of all modules:");
    System.out.println((run - failed - skipped) + " passed, " + failed + " failed, " + skipped + " skipped");
    System.exit(failed > 0 || skipped > 0 || silent ? 1 : 0);
}

private static List<Path> reports(Path target) throws Exception {
    if (!Files.isDirectory(target)) {
        return List.of();
    }
    try (Stream<Path> files = Files.walk(target, 2)) {
        return files.filter(file -> file.getParent().getFileName().toString().matches("(surefire|failsafe)-reports"))
                .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                .toList();
    }
}

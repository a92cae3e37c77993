import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

// Holds the libraries that ship against published advisories: the whole of GitHub's for Maven up to the day of a table
// that is a jar's resource, and those since then that build/advisories.csv names. Prints what it compared and what it
// found, and fails on what is worse than moderate. Run by mvn -Padvisories -DskipTests verify.

/// One range of versions with a flaw.
///
/// @param fixed empty where no version is
record Advisory(String id, String published, String library, String introduced, String fixed, String severity) {

    /// From the columns id, published, summary, group:artifact, introduced, fixed, severity, kinds of weakness.
    static Advisory of(List<String> columns) {
        if (columns.size() != 8) {
            throw new IllegalArgumentException("an advisory must have 8 columns: " + columns);
        }
        return new Advisory(
                columns.get(0), columns.get(1), columns.get(3), columns.get(4), columns.get(5), columns.get(6));
    }

    boolean concerns(Library shipped) {
        return library.equals(shipped.name())
                && VERSIONS.compare(shipped.version(), introduced) >= 0
                && (fixed.isEmpty() || VERSIONS.compare(shipped.version(), fixed) < 0);
    }
}

/// @param name group:artifact
record Library(String name, String version) {}

/// As Maven orders them: number by number, and what is before a release before it.
static final Comparator<String> VERSIONS = (left, right) -> {
    List<String> a = parts(left);
    List<String> b = parts(right);
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        int order = compareParts(i < a.size() ? a.get(i) : "0", i < b.size() ? b.get(i) : "0");
        if (order != 0) {
            return order;
        }
    }
    return 0;
};

static final Pattern LISTED = Pattern.compile("\\s*([^:\\s]+:[^:\\s]+):[^:\\s]+(?::[^:\\s]+)?:([^:\\s]+):(?:compile|runtime)\\b.*");
static final Pattern FIELD = Pattern.compile("\"((?:[^\"]|\"\")*)\"(?:,|$)|([^,]*)(?:,|$)");
static final List<String> BEFORE_RELEASE = List.of("alpha", "a", "beta", "b", "milestone", "m", "rc", "cr", "snapshot");

void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    List<Advisory> table = new ArrayList<>();
    try (JarFile jar = new JarFile(args[1])) {
        byte[] csv = jar.getInputStream(jar.getEntry("advisories-maven.csv")).readAllBytes();
        new String(csv, StandardCharsets.UTF_8).lines().map(line -> Advisory.of(fields(line))).forEach(table::add);
    }
    List<Advisory> since = new ArrayList<>();
    Files.readAllLines(root.resolve("build/advisories.csv")).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> Advisory.of(fields(line)))
            .forEach(since::add);
    Set<Library> shipped = shipped(root);
    checkComplete(table, since, shipped);
    System.out.printf(
            "%d libraries against %d advisories up to %s and %d since:%n",
            shipped.size(),
            table.size(),
            table.stream().map(Advisory::published).max(Comparator.naturalOrder()).orElseThrow(),
            since.size());
    System.exit(report(shipped, Stream.concat(table.stream(), since.stream()).toList()) ? 0 : 1);
}

/// @return whether nothing worse than moderate is open; what nobody has rated counts as worse
private static boolean report(Set<Library> shipped, List<Advisory> advisories) {
    boolean good = true;
    for (Library library : shipped) {
        List<Advisory> known = advisories.stream()
                .filter(advisory -> advisory.library().equals(library.name()))
                .toList();
        List<Advisory> open = known.stream().filter(advisory -> advisory.concerns(library)).toList();
        System.out.printf("%s %s: %d known, %d open%n", library.name(), library.version(), known.size(), open.size());
        for (Advisory advisory : open) {
            System.out.println("    " + advisory);
            good &= Set.of("LOW", "MODERATE", "DISPUTED").contains(advisory.severity());
        }
    }
    return good;
}

/// A check that compares nothing must not pass.
private static void checkComplete(List<Advisory> table, List<Advisory> since, Set<Library> shipped) {
    Set<String> names = shipped.stream().map(Library::name).collect(Collectors.toSet());
    if (table.size() < 5_000 || shipped.size() < 50) {
        throw new IllegalStateException(
                "expected thousands of advisories and dozens of libraries: " + table.size() + ", " + shipped.size());
    }
    since.stream().filter(advisory -> !names.contains(advisory.library())).findFirst().ifPresent(stray -> {
        throw new IllegalStateException("build/advisories.csv names a library that does not ship: " + stray);
    });
}

/// From what Maven listed for each module.
private static Set<Library> shipped(Path root) throws Exception {
    Set<Library> shipped = new TreeSet<>(Comparator.comparing(Library::name).thenComparing(Library::version));
    for (String module : List.of("streams", "deploy", "deploy/trainer")) {
        List<String> lines = Files.readAllLines(root.resolve(module).resolve("target/dependencies.txt"));
        for (String line : lines) {
            Matcher listed = LISTED.matcher(line);
            if (listed.matches() && !line.contains("io.undertone")) {
                shipped.add(new Library(listed.group(1), listed.group(2)));
            }
        }
    }
    return shipped;
}

private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    Matcher field = FIELD.matcher(line);
    int end = 0;
    while (end < line.length() && field.find(end)) {
        fields.add(field.group(1) == null ? field.group(2) : field.group(1));
        end = field.end();
    }
    if (line.endsWith(",")) {
        fields.add("");
    }
    return fields;
}

private static List<String> parts(String version) {
    return List.of(version.toLowerCase().split("[.\\-+_]|(?<=\\d)(?=[a-z])|(?<=[a-z])(?=\\d)", -1));
}

private static int compareParts(String left, String right) {
    boolean leftNumber = left.matches("\\d+");
    boolean rightNumber = right.matches("\\d+");
    if (leftNumber && rightNumber) {
        return new java.math.BigInteger(left).compareTo(new java.math.BigInteger(right));
    }
    if (leftNumber != rightNumber) { // 1.0 is after 1.0-rc, and no release of its own beside 1.0-jre
        String word = leftNumber ? right : left;
        int beforeRelease = BEFORE_RELEASE.contains(word) ? 1 : 0;
        return leftNumber ? beforeRelease : -beforeRelease;
    }
    return Integer.compare(rank(left), rank(right));
}

private static int rank(String word) {
    int rank = BEFORE_RELEASE.indexOf(word);
    return rank < 0 ? BEFORE_RELEASE.size() : rank;
}

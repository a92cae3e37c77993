package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.model.ModelBundle;
import io.undertone.model.TestBundles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `evaluate` and `embed --unheard` on the corpus that the tiny bundle learned from, with two speakers more than it
/// had: 10 and 11. It kept 1 and 4 for tests, and 8 and 9 calibrate it.
class UnheardSpeakersTest {

    private static final String LEARNED = "{\"synthetic\": [\"speaker-0\", \"speaker-2\", \"speaker-3\", \"speaker-5\","
            + " \"speaker-6\", \"speaker-7\"]}";

    @TempDir
    static Path work;

    /// The tiny bundle with the names of those whom it learned from.
    private static Path named;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void write() throws IOException {
        SyntheticCorpus.write(work.resolve("corpus"), 12, 1, 3);
        named = named(work.resolve("named"));
    }

    /// A copy of the tiny bundle that names whom it learned from.
    static Path named(Path folder) throws IOException {
        Path manifest = TestBundles.copyTiny(folder).resolve("manifest.json");
        ObjectMapper json = new ObjectMapper();
        JsonNode read = json.readTree(Files.readAllBytes(manifest));
        ((ObjectNode) read.get("training")).set("learnedSpeakers", json.readTree(LEARNED));
        Files.write(manifest, json.writeValueAsBytes(read));
        return folder;
    }

    @Test
    void shouldMeasureNewSpeakersOfACorpusThatItLearnedFrom() throws IOException {
        assertThat(run("evaluate", named, work.resolve("corpus"), "--json")).isZero();
        JsonNode sections = new ObjectMapper().readTree(out.toString());
        assertThat(sections).hasSize(1);
        assertThat(sections.get(0).get("kind").asText()).isEqualTo("unseen speakers");
        assertThat(sections.get(0).get("groups").get(0).get("speakers").asInt()).isEqualTo(4);
    }

    @Test
    void shouldEmbedNewSpeakersAndThoseOfTheTestsAlone() throws IOException {
        assertThat(run("embed", named, work.resolve("corpus"), "--unheard")).isZero();
        List<String> speakers = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            speakers.add(new ObjectMapper().readTree(line).get("speaker").asText());
        }
        assertThat(speakers).contains("speaker-1", "speaker-4", "speaker-10", "speaker-11");
        assertThat(speakers.stream().distinct()).hasSize(4);
    }

    @Test
    void shouldFailWithCountsWhenNobodyIsLeft() throws IOException {
        Path heard = corpusOf("heard", row -> row.matches(".*,speaker-[0235679],.*"));
        for (List<String> command : List.of(List.of("evaluate", "--json"), List.of("embed", "--unheard"))) {
            assertThat(run(command.getFirst(), named, heard, command.getLast())).isEqualTo(1);
        }
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .isEqualTo("undertone: nothing is left to measure, nobody here counts as unheard by tiny 0.1.0:"
                                + " of 7 speakers of corpus 'synthetic' 6 were learned from and 1 calibrated on"));
    }

    @Test
    void shouldFailWhereABundleThatNamesNobodyHasNoTestSpeakerHere() throws IOException {
        Path others = corpusOf("others", row -> row.matches(".*,speaker-1[01],.*"));
        assertThat(run("evaluate", TestBundles.tiny(), others, "--json")).isEqualTo(1);
        assertThat(err.toString())
                .contains("of 2 speakers of corpus 'synthetic' 0 were kept for tests", "no training.learnedSpeakers");
        assertThat(run("evaluate", named, others, "--json")).isZero();
    }

    @Test
    void shouldCalibrateOnItsCalibrationSpeakersAlone() throws IOException {
        Path bundle = named(work.resolve("to-calibrate"));
        byte[] manifest = Files.readAllBytes(bundle.resolve("manifest.json"));
        Path others = corpusOf("not-calibrating", row -> !row.matches(".*,speaker-[89],.*"));
        assertThat(run("calibrate", bundle, others, "--dry-run")).isEqualTo(1);
        assertThat(err.toString()).contains("undertone: nothing to fit on: " + others, "calibrationSpeakers");

        assertThat(run("calibrate", bundle, work.resolve("corpus"), "--dry-run"))
                .isZero();
        assertThat(err.toString()).contains(" windows of 2 speakers: ");
        assertThat(Files.readAllBytes(bundle.resolve("manifest.json"))).isEqualTo(manifest);
        Path own = corpusOf("calibrating", row -> row.matches(".*,speaker-[89],.*"));
        assertThat(run("calibrate", bundle, own, "--only=synthetic")).isZero();

        try (ModelBundle opened = ModelBundle.open(bundle)) {
            double fitted = opened.manifest().fittedTemperature().orElseThrow();
            String said = String.format(Locale.ROOT, "temperature of probabilities %.4f,", fitted);
            assertThat(err.toString().split(said, -1)).as(err.toString()).hasSize(3); // both times
        }
    }

    /// The same audio with the labels of some speakers only.
    private static Path corpusOf(String name, Predicate<String> wanted) throws IOException {
        Path root = Files.createDirectories(work.resolve(name));
        Path from = work.resolve("corpus");
        List<String> rows = Files.readAllLines(from.resolve("labels.csv"));
        List<String> kept = new ArrayList<>(List.of(rows.getFirst()));
        rows.stream().skip(1).filter(wanted).forEach(kept::add);
        Files.write(root.resolve("labels.csv"), kept);
        Files.createSymbolicLink(root.resolve(SyntheticCorpus.NAME), from.resolve(SyntheticCorpus.NAME));
        return root;
    }

    private int run(String command, Path bundle, Path corpus, String option) {
        return TrainerMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        command,
                        "--bundle",
                        bundle.toString(),
                        "--corpus",
                        corpus.toString(),
                        "--cache",
                        work.resolve("cache").toString(),
                        option);
    }
}

package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.model.TestBundles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Everything that `evaluate` measures, on the tiny bundle and synthetic voices.
class EvaluateCommandTest {

    @TempDir
    static Path work;

    private static JsonNode sections;

    @BeforeAll
    static void evaluate() throws IOException {
        Path corpus = work.resolve("corpus");
        SyntheticCorpus.write(corpus, 10, 1, 1);
        List<String> rows = new ArrayList<>();
        for (String row : Files.readAllLines(corpus.resolve("labels.csv"))) {
            rows.add(row.replaceFirst("(speaker-\\d*[02468]),,(\\w+),,,,,$", "$1,f,$2,,,,en,")
                    .replaceFirst("(speaker-\\d*[13579]),,(\\w+),,,,,$", "$1,m,$2,,,,,"));
        }
        Files.write(corpus.resolve("labels.csv"), rows);
        Files.writeString(
                corpus.resolve("emobank.csv"), "split,V,A,text\ntest,4.2,3.6,what a lovely day\ndev,1.5,4,help me\n");
        sections = new ObjectMapper().readTree(run("--all-speakers", "--full", "--json"));
    }

    @Test
    void shouldGiveEveryFigureWithChanceAndInterval() {
        List<String> broken = new ArrayList<>();
        for (JsonNode value : sections.findParents("chance")) {
            boolean whole = value.hasNonNull("value") && value.hasNonNull("low") && value.hasNonNull("high");
            if (!whole || value.get("low").asDouble() > value.get("high").asDouble()) {
                broken.add(value.toString());
            }
        }
        assertThat(sections.findParents("chance")).hasSizeGreaterThan(100);
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldTellGroupsApartByCorpusSexAndLanguage() {
        Set<String> groups =
                sections.get(0).get("groups").findValuesAsText("name").stream().collect(Collectors.toSet());
        assertThat(groups).containsExactlyInAnyOrder("synthetic", "f", "m", "en");
        assertThat(sections.get(0).get("groups").get(0).get("speakers").asInt()).isEqualTo(10);
        assertThat(sections.get(0).get("groups").get(0).get("clips").asInt()).isEqualTo(50);
    }

    @Test
    void shouldHearLittleDifferenceOverTheTelephone() {
        JsonNode conditions = sections.get(0).get("robustness");
        assertThat(conditions.findValuesAsText("condition"))
                .startsWith("clean", "8 kHz mu-law", "Opus 12 kbit/s")
                .contains("babble 5 dB", "white noise 5 dB", "gain -20 dB", "first 1 s", "first 5 s");
        double clean = conditions.get(0).get("arousalTau").get("value").asDouble();
        assertThat(clean).isGreaterThan(0.5);
        JsonNode telephone = conditions.get(1);
        assertThat(telephone.get("arousalTauChange").get("value").asDouble())
                .isCloseTo(telephone.get("arousalTau").get("value").asDouble() - clean, within(1e-9))
                .isGreaterThan(-0.3);
    }

    @Test
    void shouldPlaceUnseenPromptsAndRatedSentences() {
        JsonNode texts = sections.get(sections.size() - 1);
        assertThat(texts.get("kind").asText()).isEqualTo("prompts");
        assertThat(texts.get("prompts")).hasSize(50);
        assertThat(texts.get("sentences").asInt()).isEqualTo(2);
        assertThat(texts.get("prompts").get(0).get("read").get("valence").asDouble())
                .isBetween(-1.0, 1.0);
        assertThat(texts.get("inRegion").get("value").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void shouldPrintTablesInMarkdownForTheDocuments() throws IOException {
        String tables = run("--markdown");
        assertThat(tables)
                .contains("### tiny 0.1.0, unseen speakers", "| clips of | synthetic |", "| gap: MMD | ")
                .doesNotContain("prompts");
    }

    private static String run(String... options) {
        StringWriter out = new StringWriter();
        CommandLine line = TrainerMain.commandLine().setOut(new PrintWriter(out));
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "--bundle",
                TestBundles.tiny().toString(),
                "--corpus",
                work.resolve("corpus").toString(),
                "--cache",
                work.resolve("cache").toString()));
        arguments.addAll(List.of(options));
        assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
        return out.toString();
    }
}

package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.model.TestBundles;
import io.undertone.streams.cli.Undertone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole path: broker, tagger, a call of two sides in real time, read by a read-committed consumer.
class DemoIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path calls;

    @Test
    void shouldTagTheCustomerEveryHopAndNobodyElse() throws Exception {
        for (String side : List.of("customer", "agent")) {
            Files.copy(Path.of("samples", "billing_" + side + ".wav"), calls.resolve("billing_" + side + ".wav"));
        }
        List<String> foldersBefore = temporaryFolders();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        CommandLine commandLine =
                DeployMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = Undertone.execute(
                commandLine,
                "demo",
                "--seconds=14",
                "--no-page",
                "--json",
                "--calls=" + calls,
                "--bundle=" + TestBundles.tiny());

        assertThat(exitCode).as(err.toString()).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        JsonNode summary = lines.removeLast().get("summary");
        assertThat(keys(lines.getFirst()))
                .startsWith("callId", "channel", "role", "startMs", "endMs", "valence", "arousal", "abstained")
                .endsWith("ranking");
        assertThat(lines).allSatisfy(tag -> {
            assertThat(tag.get("callId").asText()).isEqualTo("billing-1");
            assertThat(tag.get("role").asText()).isEqualTo("CUSTOMER");
        });
        assertThat(lines).extracting(tag -> tag.get("startMs").asInt()).startsWith(everySecond(11));
        assertThat(lines)
                .anySatisfy(tag -> assertThat(tag.get("ranking").size()).isPositive());
        checkSummary(summary, lines.size());
        assertThat(temporaryFolders()).isEqualTo(foldersBefore);
    }

    private static void checkSummary(JsonNode summary, int tags) {
        assertThat(summary.get("windows").asInt()).isEqualTo(tags);
        assertThat(summary.get("tagsByRole").get("CUSTOMER").asInt()).isEqualTo(tags);
        assertThat(summary.get("tagsByRole").get("AGENT").asInt()).isZero();
        assertThat(summary.get("deadLetters").asInt()).isEqualTo(1);
        assertThat(summary.get("channelsDroppedByPolicy").asInt()).isEqualTo(1);
        assertThat(summary.get("droppedByPolicy").asInt()).isBetween(60, 80); // 14 s of 200 ms
        assertThat(summary.get("p50LatencyMs").asInt()).isPositive();
        assertThat(summary.get("p99LatencyMs").asInt())
                .isGreaterThanOrEqualTo(summary.get("p50LatencyMs").asInt());
    }

    private static Integer[] everySecond(int count) {
        Integer[] starts = new Integer[count];
        for (int i = 0; i < count; i++) {
            starts[i] = i * 1000;
        }
        return starts;
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static List<String> temporaryFolders() throws Exception {
        List<String> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "undertone-{broker,demo}-*")) {
            stream.forEach(folder -> folders.add(folder.toString()));
        }
        folders.sort(null);
        return folders;
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.Undertone;
import io.undertone.streams.config.UndertoneConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// On a real broker, from the command line: consent, calls, labels, what can be learned from, and erasure.
@Timeout(240)
final class RetrainingFeedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private record Result(int exitCode, List<String> out, String err) {}

    @TempDir
    Path folder;

    @Test
    void shouldJoinLabelsWithEmbeddingsOfThoseWhoConsentedUntilTheCallIsErased() throws Exception {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            String servers = broker.bootstrapServers();
            Topics topics = Topics.defaults().withCallPartitions(2);
            broker.createTopics(topics);
            try (TaggerApplication tagger = tagger(servers);
                    TagReader reader = new TagReader(servers, topics)) {
                assertThat(run(servers, "event", "CONSENT_GIVEN", "--call", "call-0")
                                .exitCode())
                        .isZero();
                await(() -> tagger.counters().callEvents() == 1);
                new CallTraffic(2, 8, 1).send(servers, topics, Duration.ZERO);
                reader.readUntil(12, PATIENCE);
                assertThat(tagger.counters().embeddings()).isEqualTo(6);

                label(servers);
                List<JsonNode> lines = collected(servers);
                assertThat(lines)
                        .extracting(line -> line.at("/label/emotion").asText())
                        .containsExactly("anger", "anger", "fear", "fear", "fear"); // windows 0 to 4 of 6
                assertThat(lines)
                        .extracting(line -> line.get("speaker").asText())
                        .containsOnly(lines.getFirst().get("speaker").asText());
                assertThat(lines)
                        .allSatisfy(
                                line -> assertThat(line.get("model").asText()).isEqualTo("tiny 0.1.0"));

                Result erased = run(servers, "erase", "--call", "call-0");
                assertThat(erased.out()).contains("deleted: 2 labels of it on training-labels");
                // Labelled again, so that only embeddings can be missing.
                run(servers, "label", "--call=call-0", "--channel=customer", "--from=0", "--to=8", "--emotion=calm");
                await(() -> run(servers, "collect").exitCode() != 0);
                Result nothing = run(servers, "collect");
                assertThat(nothing.out()).isEmpty();
                assertThat(nothing.err()).contains("none of 2 labels touches a window that was kept");
            }
        }
    }

    private void label(String servers) throws Exception {
        assertThat(run(servers, "label", "--call=call-0", "--channel=customer", "--from=0", "--to=6", "--emotion=calm")
                        .exitCode())
                .isZero();
        assertThat(run(servers, "label", "--call=call-0", "--channel=customer", "--from=0", "--to=6", "--remove")
                        .exitCode())
                .isZero();
        Path file = Files.writeString(folder.resolve("labels.csv"), """
            call,channel,from,to,emotion
            call-0,customer,0,3.2,anger
            call-1,customer,0,3.2,sadness
            """);
        assertThat(run(servers, "label", "--file", file.toString()).exitCode()).isZero();
        assertThat(run(
                                servers,
                                "label",
                                "--call=call-0",
                                "--channel=customer",
                                "--from=3.5",
                                "--to=5.5",
                                "--emotion=fear",
                                "--intensity=strong")
                        .exitCode())
                .isZero();
    }

    private static List<JsonNode> collected(String servers) throws Exception {
        Result result = run(servers, "collect");
        assertThat(result.err()).contains("5 windows of 1 speakers; 2 of 3 labels count");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : result.out()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private TaggerApplication tagger(String servers) throws InterruptedException {
        UndertoneConfig config = UndertoneConfig.parse("""
            kafka: {bootstrap-servers: %s, application-id: feed-tagger}
            bundle: unused
            policy: {require-notice: false}
            retraining-feed: {enabled: true}
            state-dir: %s
            """.formatted(servers, folder.resolve("state")), "test");
        TaggerApplication tagger =
                TaggerApplication.start(config, TestTagging.of(TestTagging.ANY_SOUND), TestTagging.encoder(), () -> {});
        assertThat(tagger.awaitRunning(PATIENCE)).isTrue();
        return tagger;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(50); // the test's own time-out ends it
        }
    }

    private static Result run(String servers, String command, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Undertone.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] args = Stream.of(new String[] {command, "--bootstrap", servers}, more)
                .flatMap(Stream::of)
                .toArray(String[]::new);
        int exitCode = Undertone.execute(commandLine, args);
        return new Result(exitCode, out.toString().lines().toList(), err.toString());
    }
}

package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.model.TestBundles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The distribution as people use it: the launcher and its class paths, in processes of their own.
class DistributionIT {

    private static final Path HOME = Path.of("target", "undertone").toAbsolutePath();

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @Test
    void shouldHaveNoBrokerOnTheClassPathOfTheService() throws Exception {
        assertThat(jars("service"))
                .anyMatch(jar -> jar.startsWith("undertone-streams-"))
                .anyMatch(jar -> jar.startsWith("kafka-clients-"))
                .noneMatch(jar -> jar.matches("(kafka_2|kafka-server|kafka-metadata|scala|log4j).*"))
                .noneMatch(jar -> jar.matches("(undertone-deploy|undertone-trainer|pytorch).*"));
        assertThat(jars("tools"))
                .anyMatch(jar -> jar.startsWith("kafka_2.13-"))
                .noneMatch(jar -> jar.startsWith("kafka-clients-"));
    }

    @Test
    void shouldTagAReplayedCallWithTopicsRunReplayAndWatch() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            String servers = broker.bootstrapServers();
            Path config = Files.writeString(folder.resolve("undertone.yaml"), """
                kafka:
                  bootstrap-servers: %s
                bundle: %s
                state-dir: %s
                """.formatted(
                            servers, TestBundles.tiny(), folder.resolve("state")));

            Run early = finish(start("run", "--config", config.toString()));
            assertThat(early.exitCode()).isEqualTo(1);
            assertThat(early.err()).contains("'audio-chunks'", "missing at " + servers, "undertone topics");

            assertThat(finish(start("topics", "--bootstrap", servers)).exitCode())
                    .isZero();
            Process tagger = start("run", "--config", config.toString());
            Process watch = start("watch", "--bootstrap", servers, "--json", "--count", "12", "--from-beginning");
            Run replay = finish(start(
                    "replay",
                    "samples/booking_customer.wav",
                    "samples/booking_agent.wav",
                    "--call",
                    "b-1",
                    "--speed",
                    "10",
                    "--bootstrap",
                    servers));
            assertThat(replay.exitCode()).as(replay.err()).isZero();

            List<JsonNode> tags = new ArrayList<>();
            for (String line : finish(watch).out().lines().toList()) {
                tags.add(new ObjectMapper().readTree(line));
            }
            assertThat(tags)
                    .extracting(tag -> tag.get("startMs").asInt())
                    .containsExactly(0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 11000);
            assertThat(tags)
                    .allSatisfy(tag -> assertThat(tag.get("role").asText()).isEqualTo("CUSTOMER"));
            assertThat(tagger.isAlive()).isTrue();
            tagger.destroy();
            assertThat(tagger.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private record Run(int exitCode, String out, String err) {}

    private Process start(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/undertone").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out-" + started.size()).toFile())
                .redirectError(folder.resolve("err-" + started.size()).toFile());
        builder.environment().put("UNDERTONE_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Run finish(Process process) throws Exception {
        int index = started.indexOf(process);
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as(() -> "still running: " + process.info().commandLine())
                .isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(folder.resolve("out-" + index)),
                Files.readString(folder.resolve("err-" + index)));
    }

    private static List<String> jars(String lib) throws Exception {
        try (Stream<Path> files = Files.list(HOME.resolve("lib").resolve(lib))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}

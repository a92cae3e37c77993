package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people get wrong, and the one line and the exit code that they get for it.
class BadInputTest {

    @TempDir
    Path folder;

    @Test
    void shouldNameTheAddressOfABrokerThatIsNotThereAndHowLongItWasTried() {
        CommandLineResult result = CommandLineResult.of("topics", "--bootstrap", "127.0.0.1:1");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("no broker answers at 127.0.0.1:1 yet; trying for 15 s")
                .contains("undertone: no broker at 127.0.0.1:1 answered within 15 s");
    }

    @Test
    void shouldSayThatAnAddressIsNone() {
        assertFails("broker address 'nowhere' cannot be used", "topics", "--bootstrap", "nowhere");
    }

    @Test
    void shouldSayThatAPrefixCannotStandInATopicsName() {
        assertFails("--prefix 'a b'", "topics", "--prefix", "a b");
    }

    @Test
    void shouldRefuseAReplayOfAFileThatIsNoAudio() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.wav"), "dear diary");

        assertFails(file + " is not audio that can be read: it is text", "replay", "--call", "c", file.toString());
    }

    @Test
    void shouldRefuseAReplayOfAFileThatIsNotThere() {
        assertFails(
                "nothing.wav does not exist",
                "replay",
                "--call",
                "c",
                folder.resolve("nothing.wav").toString());
    }

    @Test
    void shouldRefuseASpeedOfZero() {
        assertFails("--speed must be in (0, 1000]: 0.0", "replay", "--speed", "0", "--call", "c", "x.wav");
    }

    @Test
    void shouldRefuseAConfigurationThatIsNotThere() {
        assertFails(
                "missing.yaml: no such file",
                "watch",
                "--config",
                folder.resolve("missing.yaml").toString());
    }

    @Test
    void shouldRefuseToPutPromptsThatNoTaggerWouldTake() throws Exception {
        assertFails("line 1, column 2: the text of a prompt must not be blank", put("[\" \"]"));
        assertFails(
                "the id 'calm' was given before, in line 1", put("[\"calm\", {\"id\": \"calm\", \"text\": \"x\"}]"));
        assertFails("expected at least one prompt", put("[]"));
        assertFails("may have at most 128 tokens", put("[\"" + "so ".repeat(300) + "\"]"));
    }

    /// To a broker that is not there: it is not asked.
    private String[] put(String json) throws Exception {
        Path file = Files.writeString(folder.resolve("prompts.json"), json);
        return new String[] {"prompts", "put", "--bootstrap", "127.0.0.1:1", file.toString()};
    }

    private static void assertFails(String message, String... args) {
        CommandLineResult result = CommandLineResult.of(args);

        assertThat(result.err()).contains(message).doesNotContain("\tat ");
        assertThat(result.err().lines()).hasSize(1).allMatch(line -> line.startsWith("undertone: "));
        assertThat(result.out()).isEmpty();
        assertThat(result.exitCode()).isEqualTo(1);
    }
}

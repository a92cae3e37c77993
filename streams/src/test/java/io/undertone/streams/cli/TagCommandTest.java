package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.model.TestBundles;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void shouldGiveOneJsonLineAWindowInTheOrderOfTheFiles() throws Exception {
        wave("b/second.wav", 5);
        wave("a.wav", 4);

        CommandLineResult result = tag("--json", folder.toString());

        assertThat(result.exitCode()).isZero();
        List<JsonNode> tags = parse(result.out());
        assertThat(tags)
                .extracting(tag -> folder.relativize(Path.of(tag.get("file").asText()))
                                .toString() + " " + tag.get("startMs") + "-" + tag.get("endMs"))
                .containsExactly(
                        "a.wav 0-3000",
                        "a.wav 1000-4000",
                        "b/second.wav 0-3000",
                        "b/second.wav 1000-4000",
                        "b/second.wav 2000-5000");
        assertThat(keys(tags.getFirst()))
                .containsExactly("file", "channel", "startMs", "endMs", "valence", "arousal", "abstained", "ranking");
        assertThat(keys(tags.getFirst().get("ranking").get(0)))
                .containsExactly("id", "prompt", "similarity", "strength", "probability");
    }

    @Test
    void shouldGiveTheSameBytesOnEveryRunAlsoWhenAFileIsTaggedAlone() throws Exception {
        for (int i = 0; i < 6; i++) {
            wave("clip-" + i + ".wav", 3 + i % 3);
        }

        CommandLineResult first = tag("--json", folder.toString());
        CommandLineResult second = tag("--json", folder.toString());
        CommandLineResult alone = tag("--json", folder.resolve("clip-4.wav").toString());

        assertThat(second.out()).isEqualTo(first.out());
        assertThat(first.out()).contains(alone.out());
    }

    @Test
    void shouldPadAClipThatIsShorterThanAWindow() throws Exception {
        wave("short.wav", 1);

        List<JsonNode> tags = parse(tag("--json", folder.toString()).out());

        assertThat(tags).singleElement().satisfies(tag -> {
            assertThat(tag.get("endMs").asInt()).isEqualTo(3000);
            assertThat(tag.get("abstained").asBoolean()).isFalse();
        });
    }

    @Test
    void shouldLeaveOutIdsWhenThePromptsArePlainStrings() throws Exception {
        wave("a.wav", 3);
        Path prompts = Files.writeString(folder.resolve("prompts.json"), "[\"fed up\", \"calm and friendly\"]");

        List<JsonNode> tags = parse(tag("--json", "--prompts", prompts.toString(), folder.toString())
                .out());

        assertThat(keys(tags.getFirst().get("ranking").get(0)))
                .containsExactly("prompt", "similarity", "strength", "probability");
    }

    @Test
    void shouldTagTheOtherFilesWhenOneIsNoAudio() throws Exception {
        wave("a.wav", 3);
        Files.writeString(folder.resolve("b.wav"), "dear diary");
        wave("c.wav", 3);

        CommandLineResult result = tag("--json", folder.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(parse(result.out())).hasSize(2);
        assertThat(result.err()).contains("undertone: " + folder.resolve("b.wav") + " is not audio that can be read");
    }

    @Test
    void shouldShowPeopleTheFileAndALineAWindow() throws Exception {
        wave("a.wav", 4);

        List<String> lines = tag(folder.toString()).out().lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).isEqualTo(folder.resolve("a.wav").toString());
        assertThat(lines.get(2)).startsWith("  0:01.0  mono    valence ");
    }

    @Test
    void shouldNameTheLineAndTheColumnOfPromptsThatDoNotParse() throws Exception {
        wave("a.wav", 3);
        Path prompts = Files.writeString(folder.resolve("prompts.json"), "[\"fed up\",\n  oops]");

        assertRefused("prompts.json", tag("--prompts", prompts.toString(), folder.toString()))
                .contains("line 2");
    }

    @Test
    void shouldSayThatAFolderIsNoBundle() throws Exception {
        wave("a.wav", 3);

        assertRefused(
                "is no model bundle: it has no manifest.json",
                CommandLineResult.of("tag", "--bundle", folder.toString(), folder.toString()));
    }

    @Test
    void shouldNameTheFileAndTheHashesOfABundleThatWasTamperedWith() throws Exception {
        wave("a.wav", 3);
        Path bundle = TestBundles.copyTiny(folder.resolve("bundle"));
        Files.writeString(bundle.resolve("MODEL_CARD.md"), "I am better than that");

        assertRefused(
                        "MODEL_CARD.md",
                        CommandLineResult.of(
                                "tag",
                                "--bundle",
                                bundle.toString(),
                                folder.resolve("a.wav").toString()))
                .contains("sha256");
    }

    @Test
    void shouldRefuseToTagAnAgent() throws Exception {
        wave("a.wav", 3);

        assertRefused("--role must be customer: AGENT", tag("--role", "agent", folder.toString()));
    }

    private static AbstractStringAssert<?> assertRefused(String message, CommandLineResult result) {
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(1);
        return assertThat(result.err()).startsWith("undertone: ").contains(message);
    }

    private static CommandLineResult tag(String... args) {
        List<String> all =
                new ArrayList<>(List.of("tag", "--bundle", TestBundles.tiny().toString()));
        all.addAll(List.of(args));
        return CommandLineResult.of(all.toArray(String[]::new));
    }

    private static List<JsonNode> parse(String out) throws Exception {
        List<JsonNode> tags = new ArrayList<>();
        for (String line : out.lines().toList()) {
            tags.add(JSON.readTree(line));
        }
        return tags;
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private void wave(String name, int seconds) throws Exception {
        float[] hum = TestBundles.hum(seconds * 16_000, 0.5);
        byte[] pcm = new byte[hum.length * 2];
        for (int i = 0; i < hum.length; i++) {
            boolean syllable = i / 2_400 % 3 != 0; // a steady hum would be noise to the speech gate
            int value = Math.round(hum[i] * (syllable ? 32_767 : 300));
            pcm[2 * i] = (byte) value;
            pcm[2 * i + 1] = (byte) (value >> 8);
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        AudioFormat format = new AudioFormat(16_000, 16, 1, true, false);
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(pcm), format, hum.length),
                AudioFileFormat.Type.WAVE,
                file.toFile());
    }
}

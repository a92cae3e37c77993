package io.undertone.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvidedValuesTest {

    private static final String PACKAGE = "org.apache.kafka.common.config.provider.";

    @TempDir
    Path folder;

    private Path secrets;

    @BeforeEach
    void write() throws IOException {
        secrets = Files.writeString(folder.resolve("secrets.properties"), "password=four${two}\n");
        Files.writeString(folder.resolve("user.password"), "seven");
    }

    @Test
    void shouldFillInWhatFilesAndFoldersHoldAndDropTheProviders() {
        assertThat(resolved("a", "x ${file:" + secrets + ":password} y", "b", "${dir:" + folder + ":user.password}"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "x four${two} y", "b", "seven"));
    }

    @Test
    void shouldLeaveTextAloneThatNoProviderIsNamedFor() {
        assertThat(ProvidedValues.resolve(Map.of("a", "${file:x:y}"), "kafka.properties"))
                .containsEntry("a", "${file:x:y}");
        assertThat(resolved("a", "${other:x:y}")).containsEntry("a", "${other:x:y}");
    }

    @Test
    void shouldNameTheVariableThatStaysOpen() {
        assertThatThrownBy(() -> resolved("sasl.jaas.config", "${file:" + secrets + ":passwrd}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("'kafka.properties': 'sasl.jaas.config' wants ${file:" + secrets
                        + ":passwrd}, but there is no such file or value");
        assertThatThrownBy(() -> resolved("a", "${dir:" + folder.resolve("none") + ":b}"))
                .hasMessageContaining("but there is no such file or value");
    }

    @Test
    void shouldNameAFileThatCannotBeRead() {
        assertThatThrownBy(() -> resolved("a", "${file:" + folder.resolve("none") + ":b}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("'kafka.properties': a config provider failed: ")
                .hasMessageContaining(folder.resolve("none").toString());
    }

    private static Map<String, String> resolved(String... pairs) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "config.providers", "file, dir",
                "config.providers.file.class", PACKAGE + "FileConfigProvider",
                "config.providers.dir.class", PACKAGE + "DirectoryConfigProvider"));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return ProvidedValues.resolve(properties, "kafka.properties");
    }
}

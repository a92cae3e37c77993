package io.undertone.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    /// The module's folder is the working folder of its tests.
    private static final Path README = Path.of("../README.md");

    private static final Path EXAMPLE = Path.of("src/test/java/io/undertone/schemas/ConsumeEmotionTagsExample.java");

    @Test
    void shouldShowTheConsumerThatTheTestsRun() throws IOException {
        String readme = Files.readString(README);
        int start = readme.indexOf("```java\n") + "```java\n".length();
        List<String> shown = readme.substring(start, readme.indexOf("```", start))
                .lines()
                .map(String::strip)
                .toList();

        List<String> source =
                Files.readString(EXAMPLE).lines().map(String::strip).toList();

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(source).containsSubsequence(shown);
    }
}

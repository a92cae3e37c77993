package io.undertone.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFileTest {

    @TempDir
    private Path folder;

    @Test
    void shouldReadStringsAndObjects() throws IOException {
        Path file = write("""
            [
              "Somebody who's fed up!",
              {"id": "calm", "text": "calm and kind"},
              {"text": "in a hurry", "id": "hurry"}
            ]
            """);
        assertThat(PromptBank.parseFile(file))
                .containsExactly(
                        new Prompt("somebody-whos-fed-up", "Somebody who's fed up!"),
                        new Prompt("calm", "calm and kind"),
                        new Prompt("hurry", "in a hurry"));
    }

    @Test
    void shouldMakeIdsOfTheTextAlone() {
        assertThat(PromptFile.slug("Überglücklich, laut")).isEqualTo("uberglucklich-laut");
        assertThat(PromptFile.slug("  -- angry --  ")).isEqualTo("angry");
        assertThat(PromptFile.slug("怒っている")).startsWith("prompt-").hasSize(15);
        assertThat(PromptFile.slug("怒っている")).isNotEqualTo(PromptFile.slug("喜んでいる"));
        String start = "somebody who talks and talks and talks and talks and ";
        assertThat(PromptFile.slug(start + "laughs")).hasSizeLessThanOrEqualTo(48);
        assertThat(PromptFile.slug(start + "laughs")).isNotEqualTo(PromptFile.slug(start + "cries"));
    }

    @Test
    void shouldGiveLineAndColumnOfWhatDoesNotParse() throws IOException {
        assertRefused("[\n  \"angry\",\n  \"calm\"\n  \"sad\"\n]", " line 4, column 3: Unexpected character ('\"'");
        assertRefused("[\"angry\",", " line 1, column 10: Unexpected end-of-input");
        assertRefused("[{\"id\": \"a\"", "Unexpected end-of-input: expected close marker for Object");
        assertRefused("", " line 1, column 1: expected an array");
    }

    @Test
    void shouldGiveLineAndColumnOfWhatIsNoPrompt() throws IOException {
        assertRefused("{\"angry\": 1}", " line 1, column 1: expected an array of strings or of {\"id\", \"text\"}");
        assertRefused("[\n  \"angry\",\n  42\n]", " line 3, column 3: expected a string or {\"id\", \"text\"}");
        assertRefused("[\n  null]", " line 2, column 3: expected a string");
        assertRefused("[[\"angry\"]]", " line 1, column 2: expected a string");
        assertRefused("[]", " line 1, column 2: expected at least one prompt");
        assertRefused("[\"angry\"] true", " line 1, column 11: expected nothing after the array");
        assertRefused("[\"angry\", \" \"]", " line 1, column 11: the text of a prompt must not be blank");
    }

    @Test
    void shouldNameKeysThatAreMissingUnknownOrNoString() throws IOException {
        assertRefused("[{\"id\": \"a\"}]", " line 1, column 2: 'text' is missing; expected id and text");
        assertRefused("[\n {\"text\": \"a\"}]", " line 2, column 2: 'id' is missing; expected id and text");
        assertRefused("[{\"id\": \"a\", \"txt\": \"b\"}]", "unknown key 'txt'; expected id and text");
        assertRefused("[{\"id\": 1, \"text\": \"b\"}]", " line 1, column 9: 'id' must be a string");
        assertRefused("[{\"id\": \"a\", \"id\": \"b\", \"text\": \"c\"}]", "Duplicate field 'id'");
    }

    @Test
    void shouldRefuseAnIdThatStandsTwiceAndSayWhere() throws IOException {
        assertRefused("[\n\"Angry!\",\n\"angry\"\n]", " line 3, column 1: the id 'angry' was given before, in line 2");
    }

    @Test
    void shouldNameAFileThatDoesNotExist() {
        assertThatThrownBy(() -> PromptBank.parseFile(folder.resolve("none.json")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("prompt file " + folder.resolve("none.json") + " does not exist");
    }

    private void assertRefused(String json, String message) throws IOException {
        Path file = write(json);
        assertThatThrownBy(() -> PromptBank.parseFile(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("prompt file " + file + " line ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("REDACTED")
                .hasMessageNotContaining("\n");
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("prompts.json"), json);
    }
}

package io.undertone.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The prompts that measure the text side must be ones that the grammar of captions cannot say.
class UnseenPromptsTest {

    private static final String RESOURCE = "/io/undertone/trainer/evaluation/unseen-prompts.yaml";

    private final JsonNode grammar = EmotionTable.resource("templates.yaml");

    @Test
    void shouldHoldFiftyDifferentPrompts() throws IOException {
        assertThat(prompts()).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void shouldHoldNoPromptThatTheGrammarOfCaptionsCanSay() throws IOException {
        List<Pattern> sentences = sentences();
        assertThat(sentences)
                .anyMatch(sentence -> sentence.matcher("a very angry voice").matches());
        assertThat(sentences)
                .anyMatch(sentence -> sentence.matcher("he sounds fed up").matches());
        for (String prompt : prompts()) {
            assertThat(sentences)
                    .as(prompt)
                    .noneMatch(sentence -> sentence.matcher(prompt).matches());
        }
    }

    @Test
    void shouldHoldNoPromptThatIsACaptionOfAnyCategory() throws IOException {
        List<String> captions = new ArrayList<>();
        for (String emotion : EmotionTable.categories()) {
            captions.addAll(Captions.plain(emotion));
            captions.addAll(Captions.heldOut(emotion));
            for (String intensity : List.of("", "normal", "strong")) {
                Affect place = EmotionTable.place(emotion, intensity).orElseThrow();
                captions.addAll(Captions.training(emotion, intensity, place, 120, 7));
            }
        }
        assertThat(captions).hasSizeGreaterThan(5_000).doesNotContainAnyElementsOf(prompts());
    }

    /// Each template with every value that may stand in its holes.
    private List<Pattern> sentences() {
        List<String> words = new ArrayList<>(EmotionTable.planeWords().keySet());
        List<String> acts = new ArrayList<>();
        for (String emotion : EmotionTable.categories()) {
            words.addAll(EmotionTable.words(emotion));
            acts.addAll(EmotionTable.acts(emotion));
        }
        List<String> degrees = new ArrayList<>();
        grammar.get("degrees").forEach(list -> degrees.addAll(EmotionTable.strings(list)));
        String word = oneOf(words);
        return EmotionTable.strings(grammar.get("templates")).stream()
                .map(template -> Pattern.quote(template)
                        .replace("{words}", "\\E" + word + "(?: and " + word + ")?\\Q")
                        .replace("{act}", "\\E" + oneOf(acts) + "\\Q")
                        .replace("{who}", "\\E" + oneOf(EmotionTable.strings(grammar.get("who"))) + "\\Q")
                        .replace("{degree}", "\\E" + oneOf(degrees) + "\\Q"))
                .map(Pattern::compile)
                .toList();
    }

    private static String oneOf(Collection<String> values) {
        return values.stream().distinct().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    private static List<String> prompts() throws IOException {
        try (InputStream in = Objects.requireNonNull(UnseenPromptsTest.class.getResourceAsStream(RESOURCE))) {
            List<String> prompts = new ArrayList<>();
            new YAMLMapper()
                    .readTree(in)
                    .forEach(node -> prompts.add(node.get("text").asText()));
            return prompts;
        }
    }
}

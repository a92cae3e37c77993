package io.undertone.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CaptionsTest {

    private static final Affect ANGER = EmotionTable.place("anger", "").orElseThrow();

    @Test
    void shouldWriteTheSameTextsForTheSameSeedAndOthersForAnother() {
        List<String> texts = Captions.training("anger", "strong", ANGER, 100, 1);
        assertThat(texts).hasSize(100).doesNotHaveDuplicates();
        assertThat(Captions.training("anger", "strong", ANGER, 100, 1)).isEqualTo(texts);
        assertThat(Captions.training("anger", "strong", ANGER, 100, 2)).isNotEqualTo(texts);
    }

    @Test
    void shouldFillEveryBlankOfTheGrammar() {
        for (String emotion : List.of("anger", "calm", "happiness", "an emotion of the user's own", "")) {
            List<String> texts = Captions.training(emotion, "", new Affect(0.4, -0.4), 200, 3);
            assertThat(texts)
                    .hasSizeGreaterThan(50)
                    .allSatisfy(text ->
                            assertThat(text).doesNotContain("{", "}", "  ").isNotBlank());
        }
    }

    @Test
    void shouldKeepHeldOutWordingsFromTraining() {
        List<String> training = Captions.training("anger", "", ANGER, 500, 1);
        List<String> heldOut = Captions.heldOut("anger");
        assertThat(heldOut).isNotEmpty().doesNotContainAnyElementsOf(training);
        assertThat(training).noneMatch(text -> text.contains("annoyed") || text.contains("outraged"));
    }

    @Test
    void shouldDescribeAPlaceByWordsThatLieNear() {
        List<String> calm = Captions.training("", "", new Affect(0.45, -0.5), 60, 1);
        assertThat(calm).anyMatch(text -> text.contains("laid-back"));
        assertThat(calm).noneMatch(text -> text.contains("agitated") || text.contains("excited"));
    }
}

package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.rank.Estimate;
import io.undertone.rank.Prompt;
import io.undertone.rank.RankedPrompt;
import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TagOutputTest {

    @Test
    void shouldWriteATagOfAFileAsJsonWithExactlyTheseKeys() {
        TagView tag = new TagView(
                "mono",
                1000,
                4000,
                Optional.of(new TagView.Affect(new Estimate(-0.25, -0.8, 0.3), new Estimate(0.5, 0, 1))),
                Optional.empty(),
                List.of(new RankedPrompt(new Prompt("angry", "an angry customer"), 0.3125, 0.9, 0.75)));

        assertThat(new TagJson(false).ofFile("a/b.wav", tag))
                .isEqualTo(
                        "{\"file\":\"a/b.wav\",\"channel\":\"mono\",\"startMs\":1000,\"endMs\":4000,\"valence\":-0.25,"
                                + "\"arousal\":0.5,\"abstained\":false,\"ranking\":[{\"prompt\":\"an angry customer\","
                                + "\"similarity\":0.3125,\"strength\":0.9,\"probability\":0.75}]}");
        assertThat(new TagJson(true).ofFile("a/b.wav", tag)).contains("[{\"id\":\"angry\",\"prompt\":");
    }

    @Test
    void shouldWriteATagOfACallAsJsonWithExactlyTheseKeys() {
        assertThat(new TagJson(true).ofCall(scored().build()))
                .isEqualTo("{\"callId\":\"c-1\",\"channel\":\"customer\",\"role\":\"CUSTOMER\",\"startMs\":61500,"
                        + "\"endMs\":64500,\"valence\":-0.5,\"arousal\":0.25,\"abstained\":false,\"ranking\":["
                        + "{\"id\":\"angry\",\"prompt\":\"an angry customer\",\"similarity\":0.3,\"strength\":0.5,"
                        + "\"probability\":0.75}]}");
    }

    @Test
    void shouldSayWhyATagAbstains() {
        EmotionTag abstained = scored().setAbstained(AbstainReason.NO_SPEECH)
                .setValence(null)
                .setArousal(null)
                .setRanking(List.of())
                .build();

        assertThat(new TagJson(true).ofCall(abstained))
                .endsWith("\"valence\":null,\"arousal\":null,\"abstained\":true,\"abstainReason\":\"NO_SPEECH\","
                        + "\"ranking\":[]}");
        assertThat(new TagLines(false).ofCall(abstained)).endsWith("(nobody speaks)");
    }

    @Test
    void shouldShowPeopleTheTimeTheChannelAndBars() {
        assertThat(new TagLines(false).ofCall(scored().build()))
                .startsWith("  1:01.5  c-1            customer   valence -0.50  arousal +0.25   an angry customer ")
                .endsWith(" ███    0.50");
    }

    @Test
    void shouldUseColoursOnlyWhenAllowed() {
        assertThat(new TagLines(false).ofCall(scored().build())).doesNotContain("\u001b");
        assertThat(new TagLines(true).ofCall(scored().build())).contains("\u001b[31m-0.50\u001b[0m");
    }

    @Test
    void shouldDrawABarInEighthsOfACharacter() {
        assertThat(TagLines.bar(0)).isEqualTo("      ");
        assertThat(TagLines.bar(1)).isEqualTo("██████");
        assertThat(TagLines.bar(1 / 48.0)).isEqualTo("▏     ");
    }

    private static EmotionTag.Builder scored() {
        return EmotionTag.newBuilder()
                .setCallId("c-1")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setWindowIndex(61)
                .setStartMs(61_500)
                .setEndMs(64_500)
                .setValence(new Interval(-0.5, -1.0, 0.0))
                .setArousal(new Interval(0.25, -0.25, 0.75))
                .setRanking(
                        List.of(new io.undertone.schemas.RankedPrompt("angry", "an angry customer", 0.3, 0.5, 0.75)))
                .setSpeechRatio(1)
                .setCoverage(1)
                .setClipping(0)
                .setModel(new ModelVersion("tiny", "1"))
                .setPromptBank(new PromptBankVersion("default", "1"));
    }
}

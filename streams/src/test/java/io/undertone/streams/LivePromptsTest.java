package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Prompts that change while a call runs. Windows of 3 s every second; chunks of 500 ms, so that window `n` is complete
/// with chunk `5 + 2n`.
@Timeout(60)
final class LivePromptsTest extends TopologyTest {

    private static final PromptBankRecord TWO = bank("1", "calm", "angry");
    private static final PromptBankRecord THREE = bank("2", "calm", "angry", "laughing out loud");

    private final HeldQueue held = new HeldQueue(encoder, 1000);

    @Test
    void shouldTagWithTheBankFromTheWindowAfterItsArrival() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.putBank(TWO);
        tagger.sendAll(chunks.subList(8, 12));
        tagger.putBank(THREE);
        tagger.sendAll(chunks.subList(12, 16));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).hasSize(6);
        assertThat(tags.subList(0, 2))
                .extracting(EmotionTag::getPromptBank)
                .containsOnly(TestTagging.of(TestTagging.ANY_SOUND).bankVersion());
        assertThat(tags.subList(2, 6))
                .extracting(EmotionTag::getPromptBank)
                .containsExactly(version("1"), version("1"), version("2"), version("2"));
        assertThat(tags.get(2).getRanking())
                .extracting(RankedPrompt::getPrompt)
                .containsExactlyInAnyOrder("calm", "angry");
        assertThat(tags.get(4).getRanking())
                .extracting(RankedPrompt::getPrompt)
                .containsExactlyInAnyOrder("calm", "angry", "laughing out loud");
    }

    @Test
    void shouldNotMoveTheStrengthsOfPromptsThatStayWhenOthersJoinOrLeave() {
        List<EmotionTag> before = tagged(TWO);
        List<EmotionTag> after = tagged(THREE);

        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            for (RankedPrompt kept : before.get(i).getRanking()) {
                RankedPrompt now = after.get(i).getRanking().stream()
                        .filter(ranked -> ranked.getId().equals(kept.getId()))
                        .findFirst()
                        .orElseThrow();
                assertThat(now.getStrength()).isEqualTo(kept.getStrength());
                assertThat(now.getSimilarity()).isEqualTo(kept.getSimilarity());
                assertThat(now.getProbability()).isLessThanOrEqualTo(kept.getProbability());
            }
        }
    }

    @Test
    void shouldLeaveAWindowThatIsInFlightToTheBankUnderWhichItWasCut() {
        TopologyHarness tagger = tagger(held);
        tagger.putBank(TWO);
        List<AudioChunk> chunks = TestAudio.talk("call", 5, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.putBank(THREE);
        tagger.sendAll(chunks.subList(8, 10));
        held.answer(2);
        held.answerAll();
        tagger.drain();

        assertThat(tagger.tags())
                .extracting(EmotionTag::getPromptBank)
                .containsExactly(version("1"), version("1"), version("2"));
    }

    @Test
    void shouldTagWhatWasInFlightAtACrashOnceAndWithTheBankOfTheLaterTime() {
        TopologyHarness tagger = tagger(held);
        tagger.putBank(TWO);
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 10));
        held.answer(0);
        tagger.drain();
        List<EmotionTag> tags = new ArrayList<>(tagger.tags());
        assertThat(held.size()).isEqualTo(2);

        tagger.putBank(THREE);
        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(10, 12));
        tagger.drain();
        tags.addAll(tagger.tags());

        assertThat(tags).extracting(EmotionTag::getWindowIndex).containsExactly(0L, 1L, 2L, 3L);
        assertThat(tags)
                .extracting(EmotionTag::getPromptBank)
                .containsExactly(version("1"), version("2"), version("2"), version("2"));
    }

    @Test
    void shouldKeepTheBankWhenALaterOneCannotBeUsed() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        tagger.putBank(TWO);

        tagger.putBank(bank("2"));
        tagger.putBank(bank("2", "calm", "calm"));
        tagger.putBank(bank("2", " "));
        tagger.putBank(bank(" ", "calm"));
        tagger.putBank(bank("2", "so ".repeat(300)));
        tagger.putBank(bank(
                "2",
                Stream.iterate(0, i -> i + 1)
                        .limit(PromptSet.MAX_PROMPTS + 1)
                        .map(i -> "p" + i)
                        .toArray(String[]::new)));
        tagger.putBank(bank("1", "the same version", "with other prompts"));
        tagger.putBank(TopologyHarness.BANK, "not avro, though quite long".getBytes(StandardCharsets.UTF_8));
        tagger.putBank(
                TopologyHarness.BANK,
                TopologyHarness.SERDES
                        .serde(PromptBankRecord.class)
                        .serializer()
                        .serialize(
                                "prompt-banks",
                                PromptBankRecord.newBuilder(THREE)
                                        .setId("other")
                                        .build()));
        tagger.sendAll(TestAudio.talk("call", 4, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.counters().banksTaken()).isEqualTo(1);
        assertThat(tagger.counters().banksRefused()).isEqualTo(9);
        assertThat(tagger.tags())
                .extracting(EmotionTag::getPromptBank)
                .containsOnly(version("1"))
                .hasSize(2);
    }

    @Test
    void shouldSayWhyABankWasRefusedAndWhichOneStays() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        tagger.putBank(TWO);

        try (LoggedText logged = LoggedText.open()) {
            tagger.putBank(bank("2"));
            tagger.putBank(bank("2", "calm", "calm"));
            tagger.putBank(bank("2", "so ".repeat(300)));
            tagger.putBank(bank("1", "the same version", "with other prompts"));

            String refused = "prompt bank 'support' was refused, prompt bank 'support' version '1' stays: ";
            assertThat(logged.text().lines().filter(line -> line.contains("refused")))
                    .allMatch(line -> line.startsWith(refused))
                    .extracting(line -> line.substring(refused.length()))
                    .satisfiesExactly(
                            why -> assertThat(why).isEqualTo("prompt bank 'support' must hold at least one prompt"),
                            why -> assertThat(why)
                                    .isEqualTo("prompt bank 'support' holds the id 'calm' twice: 'calm' and 'calm'"),
                            why -> assertThat(why).contains("may have at most 128 tokens: 302 in 'so so"),
                            why -> assertThat(why).isEqualTo("version '1' was given to other prompts before"));
        }
    }

    @Test
    void shouldReturnToTheConfiguredPromptsWhenTheBankIsRemoved() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        tagger.putBank(TWO);

        tagger.putBank(TopologyHarness.BANK, null);
        tagger.sendAll(TestAudio.talk("call", 3, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags())
                .extracting(EmotionTag::getPromptBank)
                .containsExactly(TestTagging.of(TestTagging.ANY_SOUND).bankVersion());
    }

    @Test
    void shouldLeaveOtherBanksAlone() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));

        tagger.putBank(PromptBankRecord.newBuilder(TWO).setId("sales").build());
        tagger.putBank(null, new byte[] {1});
        tagger.sendAll(TestAudio.talk("call", 3, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.counters().banksTaken() + tagger.counters().banksRefused())
                .isZero();
        assertThat(tagger.tags()).extracting(tag -> tag.getPromptBank().getId()).containsExactly("default");
    }

    private List<EmotionTag> tagged(PromptBankRecord bank) {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        tagger.putBank(bank);
        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();
        return tagger.tags();
    }

    private TopologyHarness tagger(EncodeQueue queue) {
        return open(TestTagging.of(TestTagging.ANY_SOUND), TopologyHarness.rules(), queue);
    }

    private static PromptBankVersion version(String version) {
        return new PromptBankVersion(TopologyHarness.BANK, version);
    }

    /// The id of each prompt is its text.
    private static PromptBankRecord bank(String version, String... prompts) {
        return new PromptBankRecord(
                TopologyHarness.BANK,
                version,
                Stream.of(prompts).map(text -> new BankPrompt(text, text)).toList(),
                TopologyHarness.START,
                null);
    }
}

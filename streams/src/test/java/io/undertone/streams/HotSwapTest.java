package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.PromptBankVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A bundle that changes while a call runs. Windows of 3 s every second; chunks of 500 ms, so that window `n` is
/// complete with chunk `5 + 2n`.
@Timeout(60)
final class HotSwapTest extends TopologyTest {

    private static final Tagging OLD = TestTagging.version("1", TestTagging.ANY_SOUND);
    private static final Tagging NEW = TestTagging.version("2", TestTagging.ANY_SOUND);

    @Test
    void shouldTagWithTheBundleFromTheWindowAfterTheSwap() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.swap(NEW);
        tagger.sendAll(chunks.subList(8, 12));
        tagger.drain();

        assertThat(versions(tagger.tags())).containsExactly("1", "1", "2", "2");
    }

    @Test
    void shouldLeaveAWindowThatIsInFlightToTheBundleUnderWhichItWasCut() {
        HeldQueue held = new HeldQueue(encoder, 1000);
        TopologyHarness tagger = tagger(held);
        List<AudioChunk> chunks = TestAudio.talk("call", 5, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.swap(NEW);
        tagger.sendAll(chunks.subList(8, 10));
        held.answer(2);
        held.answerAll();
        tagger.drain();

        assertThat(versions(tagger.tags())).containsExactly("1", "1", "2");
    }

    @Test
    void shouldGiveAWindowForWhichThereWasNoRoomToTheNewBundle() {
        HeldQueue held = new HeldQueue(encoder, 1);
        TopologyHarness tagger = tagger(held);

        tagger.sendAll(TestAudio.talk("call", 5, 1).chunks(500)); // 3 windows: one held, one waits, one is not cut
        tagger.swap(NEW);
        for (int i = 0; i < 3; i++) {
            held.answerAll();
            tagger.drain();
        }

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).extracting(EmotionTag::getWindowIndex).containsExactly(0L, 1L, 2L);
        assertThat(versions(tags)).containsExactly("1", "2", "2");
    }

    @Test
    void shouldTagWhatWasInFlightAtACrashOnceAndNotGoBack() {
        HeldQueue held = new HeldQueue(encoder, 1000);
        TopologyHarness tagger = tagger(held);
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 8));
        held.answer(0);
        tagger.swap(NEW);
        tagger.sendAll(chunks.subList(8, 10)); // 1 waits for the old bundle, 2 for the new one
        List<EmotionTag> tags = new ArrayList<>(tagger.tags());

        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(10, 12));
        tagger.drain();
        tags.addAll(tagger.tags());

        assertThat(tags).extracting(EmotionTag::getWindowIndex).containsExactly(0L, 1L, 2L, 3L);
        assertThat(versions(tags)).containsExactly("1", "2", "2", "2");
    }

    @Test
    void shouldKeepTheBankOfTheTopicAndReturnToThePromptsOfTheNewBundle() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.putBank(new PromptBankRecord(
                TopologyHarness.BANK, "7", List.of(new BankPrompt("calm", "calm")), TopologyHarness.START, null));

        tagger.swap(NEW);
        tagger.sendAll(chunks.subList(0, 6));
        tagger.putBank(TopologyHarness.BANK, null);
        tagger.sendAll(chunks.subList(6, 8));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(versions(tags)).containsExactly("2", "2");
        assertThat(tags)
                .extracting(EmotionTag::getPromptBank)
                .containsExactly(new PromptBankVersion(TopologyHarness.BANK, "7"), NEW.bankVersion());
    }

    @Test
    void shouldBeginANewPairOnTheAudit() {
        TopologyHarness tagger = tagger(new DirectQueue(encoder));
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 7));
        tagger.swap(NEW);
        tagger.sendAll(chunks.subList(7, 12));
        tagger.drain();

        assertThat(tagger.audit())
                .allMatch(record -> record.getDecision() == PolicyDecision.SCORED)
                .extracting(
                        record -> Objects.requireNonNull(record.getModel()).getVersion() + " x" + record.getChunks())
                .containsExactly("1 x1", "1 x6", "2 x1", "2 x4");
    }

    private static List<String> versions(List<EmotionTag> tags) {
        return tags.stream().map(tag -> tag.getModel().getVersion()).toList();
    }

    private TopologyHarness tagger(EncodeQueue queue) {
        return open(OLD, TopologyHarness.rules(), queue);
    }
}

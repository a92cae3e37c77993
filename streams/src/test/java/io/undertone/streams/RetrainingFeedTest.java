package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import io.undertone.rank.Listing;
import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Role;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.tag.TaggingRules;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which embeddings are kept, and when they go. Windows of 3 s every second; chunks of 500 ms.
@Timeout(60)
final class RetrainingFeedTest extends TopologyTest {

    private static final PolicyRules ANYTHING = new PolicyRules(Set.of(Role.CUSTOMER), false, false);

    @Test
    void shouldKeepNothingByDefault() {
        TopologyHarness tagger = tagger(TopologyHarness.rules());
        tagger.happens("call", CallEventType.CONSENT_GIVEN);

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).isNotEmpty();
        assertThat(tagger.embeddings()).isEmpty();
    }

    @Test
    void shouldKeepNothingOfACallWhoseConsentIsOnlyAssumed() {
        TopologyHarness tagger = tagger(1);
        tagger.happens("call", CallEventType.NOTICE_GIVEN);

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).isNotEmpty();
        assertThat(tagger.embeddings()).isEmpty();
        assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isZero();
    }

    @Test
    void shouldKeepWhatTheEncoderSaidAndOnWhatItRests() {
        TopologyHarness tagger = tagger(1);
        tagger.send(new CallEvent("call", CallEventType.NOTICE_GIVEN, TopologyHarness.START, null, "notice-de-3"));
        tagger.send(new CallEvent(
                "call", CallEventType.CONSENT_GIVEN, TopologyHarness.START.plusSeconds(1), "customer", null));

        tagger.sendAll(TestAudio.talk("call", 5, 1).chunks(500));
        tagger.drain();

        List<TestRecord<String, TrainingEmbedding>> kept = tagger.embeddings();
        assertThat(kept)
                .extracting(TestRecord::key)
                .containsExactly("call/customer/0", "call/customer/1", "call/customer/2");
        assertThat(tagger.tagRecords())
                .extracting(TestRecord::getRecordTime)
                .containsExactlyElementsOf(
                        kept.stream().map(TestRecord::getRecordTime).toList());
        TrainingEmbedding first = kept.getFirst().value();
        assertThat(first.getStartMs()).isZero();
        assertThat(first.getEndMs()).isEqualTo(3000);
        assertThat(first.getModel())
                .isEqualTo(TestTagging.of(TestTagging.ANY_SOUND).model());
        assertThat(first.getNoticeTextId()).isEqualTo("notice-de-3");
        assertThat(first.getConsentedAt()).isEqualTo(TopologyHarness.START.plusSeconds(1));
        assertThat(first.getEmbedding().stream()
                        .mapToDouble(value -> value * value)
                        .sum())
                .isCloseTo(1, within(1e-5));
        assertThat(tagger.counters().embeddings()).isEqualTo(3);
    }

    @Test
    void shouldKeepWindowsOfWhichTheTaggerIsUncertainToo() {
        TopologyHarness tagger = tagger(
                TestTagging.of(new TaggingRules(0, 0.5, true, Listing.all())),
                TopologyHarness.rulesWithFeed(ANYTHING, 64, 1));
        tagger.putBank(new PromptBankRecord(
                TopologyHarness.BANK,
                "1",
                List.of(new BankPrompt("neutral", "a neutral, matter-of-fact voice")),
                TopologyHarness.START,
                null));
        tagger.happens("call", CallEventType.CONSENT_GIVEN);

        tagger.sendAll(TestAudio.talk("call", 30, 1).chunks(500));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).anyMatch(tag -> tag.getAbstained() == AbstainReason.UNCERTAIN);
        assertThat(tagger.embeddings()).hasSameSizeAs(tags);
    }

    @Test
    void shouldKeepNothingOfWindowsThatAreNotEncoded() {
        TopologyHarness tagger = tagger(
                TestTagging.of(new TaggingRules(0.2, 0.5, false, Listing.all())),
                TopologyHarness.rulesWithFeed(ANYTHING, 64, 1));
        tagger.happens("call", CallEventType.CONSENT_GIVEN);

        tagger.sendAll(TestAudio.silence("call", 6).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).hasSize(4);
        assertThat(tagger.embeddings()).isEmpty();
    }

    @Test
    void shouldKeepOnlyWindowsWhoseAudioCameAfterTheConsent() {
        TopologyHarness tagger = tagger(1);
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8)); // 4 s
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.sendAll(chunks.subList(8, 20));
        tagger.drain();

        assertThat(tagger.tags()).hasSize(8);
        assertThat(windows(tagger.embeddings())).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void shouldRememberOverARestartWhichAudioHadConsent() {
        TopologyHarness tagger = tagger(1);
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(8, 20));
        tagger.drain();

        assertThat(windows(tagger.embeddings())).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void shouldKeepTheSameShareOnEveryReplay() {
        List<Long> windows = quarter();

        assertThat(windows).hasSizeBetween(10, 40); // of 100
        assertThat(quarter()).isEqualTo(windows);
    }

    private List<Long> quarter() {
        TopologyHarness tagger = tagger(0.25);
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 102, 1).chunks(500));
        tagger.drain();
        return windows(tagger.embeddings());
    }

    @Test
    void shouldSayOnTheAuditThatEmbeddingsWereKept() {
        TopologyHarness tagger = tagger(1);
        tagger.happens("call", CallEventType.CONSENT_GIVEN);

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.audit())
                .filteredOn(record -> record.getDecision() == PolicyDecision.EMBEDDINGS_KEPT)
                .extracting(PolicyRecord::getRule, PolicyRecord::getWindows, PolicyRecord::getChunks)
                .containsExactly(tuple("retraining-feed", 1L, 0L), tuple("retraining-feed", 3L, 0L));
    }

    @Test
    void shouldDeleteWhatItKeptWhenConsentIsWithdrawn() {
        TopologyHarness tagger = tagger(1);
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.happens("calls", CallEventType.CONSENT_GIVEN);
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);
        tagger.sendAll(TestAudio.talk("calls", 6, 1).chunks(500));
        tagger.sendAll(chunks.subList(0, 10));
        tagger.drain();
        tagger.embeddings();
        tagger.audit();

        tagger.happens("call", CallEventType.WITHDRAWN);
        tagger.sendAll(chunks.subList(10, 20));
        tagger.drain();

        assertThat(tagger.embeddings())
                .extracting(TestRecord::key, TestRecord::value)
                .containsExactly(
                        tuple("call/customer/0", null), tuple("call/customer/1", null), tuple("call/customer/2", null));
        assertThat(tagger.audit())
                .filteredOn(record -> record.getWindows() > 0)
                .extracting(PolicyRecord::getDecision, PolicyRecord::getWindows)
                .containsExactly(
                        tuple(PolicyDecision.EMBEDDINGS_KEPT, 2L), tuple(PolicyDecision.EMBEDDINGS_DELETED, 3L));
        assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isEqualTo(1);
    }

    @Test
    void shouldDeleteOnlyTheChannelThatWithdraws() {
        TopologyHarness tagger = tagger(1);
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 4, 1).chunks(500));
        tagger.sendAll(TestAudio.talk("call", 4, 2).as("second", Role.CUSTOMER).chunks(500));
        tagger.drain();
        tagger.embeddings();

        tagger.send(new CallEvent("call", CallEventType.WITHDRAWN, TopologyHarness.START, "second", null));

        assertThat(tagger.embeddings())
                .extracting(TestRecord::key, TestRecord::value)
                .containsExactly(tuple("call/second/0", null), tuple("call/second/1", null));
    }

    @Test
    void shouldDeleteWhatItKeptWhenTheCallIsErasedDaysLater() {
        TopologyHarness tagger = tagger(1);
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 4, 1).chunks(500));
        tagger.drain();
        assertThat(tagger.embeddings()).hasSize(2);

        tagger.skip(Duration.ofDays(20));
        tagger.happens("call", CallEventType.ERASED);

        assertThat(tagger.embeddings())
                .hasSize(2)
                .allSatisfy(record -> assertThat(record.value()).isNull());
        assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isZero();
    }

    @Test
    void shouldForgetWhatHasLeftTheTopic() {
        TopologyHarness tagger = tagger(1);
        for (int call = 0; call < 3; call++) {
            tagger.happens("call-" + call, CallEventType.CONSENT_GIVEN);
            tagger.sendAll(TestAudio.talk("call-" + call, 4, call).chunks(500));
        }
        tagger.drain();
        assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isEqualTo(3);

        tagger.skip(Duration.ofDays(33));
        tagger.sendAll(TestAudio.talk("later", 4, 1).chunks(500).subList(0, 2));
        tagger.pass(Duration.ofSeconds(2));

        assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isZero();
    }

    @Test
    void shouldHaveNoPlaceForAudio() {
        for (Schema.Field field : TrainingEmbedding.getClassSchema().getFields()) {
            assertThat(field.schema().getType()).as(field.name()).isNotEqualTo(Schema.Type.BYTES);
        }
    }

    private static List<Long> windows(List<TestRecord<String, TrainingEmbedding>> records) {
        return records.stream().map(record -> record.value().getWindowIndex()).toList();
    }

    private TopologyHarness tagger(double share) {
        return tagger(TopologyHarness.rulesWithFeed(ANYTHING, 64, share));
    }

    private TopologyHarness tagger(ChannelRules rules) {
        return tagger(TestTagging.of(TestTagging.ANY_SOUND), rules);
    }

    private TopologyHarness tagger(Tagging tagging, ChannelRules rules) {
        return open(tagging, rules, new DirectQueue(encoder));
    }
}

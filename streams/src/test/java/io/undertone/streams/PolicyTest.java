package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.Role;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What events of a call let the tagger do. Windows of 3 s every second; chunks of 500 ms.
@Timeout(60)
final class PolicyTest extends TopologyTest {

    private static final PolicyRules NOTICE = new PolicyRules(Set.of(Role.CUSTOMER), true, false);
    private static final PolicyRules CONSENT = new PolicyRules(Set.of(Role.CUSTOMER), true, true);

    private final HeldQueue held = new HeldQueue(encoder, 1000);

    // ---- notice and consent

    @Test
    void shouldScoreNothingWithoutNoticeAndSaySo() {
        TopologyHarness tagger = direct(NOTICE);

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.storedChunks()).isZero();
        assertThat(encoder.batchSizes()).isEmpty();
        assertThat(tagger.audit())
                .extracting(PolicyRecord::getDecision, PolicyRecord::getRule, PolicyRecord::getChunks)
                .containsExactly(
                        tuple(PolicyDecision.BLOCKED_NO_NOTICE, "policy.require-notice", 1L),
                        tuple(PolicyDecision.BLOCKED_NO_NOTICE, "policy.require-notice", 11L));
    }

    @Test
    void shouldScoreFromTheNoticeOnAndSayUnderWhich() {
        TopologyHarness tagger = direct(NOTICE);
        List<AudioChunk> chunks = TestAudio.talk("call", 12, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8)); // 4 s without notice
        tagger.send(notice("call"));
        tagger.sendAll(chunks.subList(8, 24));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).isNotEmpty().allSatisfy(tag -> {
            boolean scored = tag.getAbstained() == null;
            assertThat(scored).as("window %d", tag.getWindowIndex()).isEqualTo(tag.getWindowIndex() >= 3);
        });
        assertThat(decisions(tagger.audit()))
                .containsExactly("BLOCKED_NO_NOTICE 1", "BLOCKED_NO_NOTICE 7", "SCORED 1", "SCORED 15");
    }

    @Test
    void shouldNameNoticeModelAndBankOnTheAuditAndSayWhenTheyChange() {
        TopologyHarness tagger = direct(NOTICE);
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.send(notice("call"));

        tagger.sendAll(chunks.subList(0, 8));
        tagger.putBank(new PromptBankRecord(
                TopologyHarness.BANK, "7", List.of(new BankPrompt("calm", "calm")), TopologyHarness.START, null));
        tagger.sendAll(chunks.subList(8, 12));
        tagger.drain();

        List<PolicyRecord> audit = tagger.audit();
        Tagging configured = TestTagging.of(TestTagging.ANY_SOUND);
        assertThat(decisions(audit)).containsExactly("SCORED 1", "SCORED 7", "SCORED 1", "SCORED 3");
        assertThat(audit).allSatisfy(record -> {
            assertThat(record.getNoticeTextId()).isEqualTo("notice-de-3");
            assertThat(record.getModel()).isEqualTo(configured.model());
            assertThat(record.getRule()).isEqualTo("policy.require-notice");
        });
        assertThat(audit)
                .extracting(PolicyRecord::getPromptBank)
                .containsExactly(
                        configured.bankVersion(),
                        configured.bankVersion(),
                        new PromptBankVersion(TopologyHarness.BANK, "7"),
                        new PromptBankVersion(TopologyHarness.BANK, "7"));
    }

    @Test
    void shouldWaitForConsentWhereItIsRequired() {
        TopologyHarness tagger = direct(CONSENT);
        List<AudioChunk> chunks = TestAudio.talk("call", 12, 1).chunks(500);
        tagger.send(notice("call"));

        tagger.sendAll(chunks.subList(0, 4));
        assertThat(decisions(tagger.audit())).containsExactly("BLOCKED_NO_CONSENT 1");
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.sendAll(chunks.subList(4, 24));
        tagger.drain();

        assertThat(tagger.tags()).filteredOn(tag -> tag.getAbstained() == null).isNotEmpty();
        assertThat(decisions(tagger.audit())).containsExactly("BLOCKED_NO_CONSENT 3", "SCORED 1", "SCORED 19");
    }

    @Test
    void shouldScoreAChannelThatFellSilentBeforeTheNotice() {
        TopologyHarness tagger = direct(NOTICE);
        List<AudioChunk> chunks = TestAudio.talk("call", 12, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 4));
        tagger.pass(Duration.ofMinutes(3));
        tagger.send(notice("call"));
        tagger.sendAll(chunks.subList(4, 24));
        tagger.drain();

        assertThat(tagger.tags()).filteredOn(tag -> tag.getAbstained() == null).isNotEmpty();
        assertThat(decisions(tagger.audit()))
                .containsExactly("BLOCKED_NO_NOTICE 1", "BLOCKED_NO_NOTICE 3", "SCORED 1", "SCORED 19");
    }

    @Test
    void shouldTakeNoticeForAChannelAlone() {
        TopologyHarness tagger = direct(NOTICE);
        TestAudio second = TestAudio.talk("call", 3, 2).as("second", Role.CUSTOMER);
        tagger.send(new CallEvent("call", CallEventType.NOTICE_GIVEN, TopologyHarness.START, "second", "n"));

        tagger.sendAll(TestAudio.talk("call", 3, 1).chunks(500));
        tagger.sendAll(second.chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).extracting(EmotionTag::getChannel).containsExactly("second");
    }

    // ---- withdrawal

    @Test
    void shouldDropPendingWindowsAndStoredAudioAtAWithdrawal() {
        TopologyHarness tagger = tagger(NOTICE, held);
        tagger.send(notice("call"));
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 10));
        assertThat(held.size()).isEqualTo(3);
        held.answer(0);

        tagger.happens("call", CallEventType.WITHDRAWN);
        tagger.tags(); // the answer that was there came first
        held.answerAll();
        tagger.drain();
        tagger.sendAll(chunks.subList(10, 20));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.storedChunks()).isZero();
        assertThat(held.size()).isZero();
        assertThat(decisions(tagger.audit()))
                .containsExactly("SCORED 1", "SCORED 9", "BLOCKED_WITHDRAWN 0", "BLOCKED_WITHDRAWN 10");
    }

    @Test
    void shouldNotTakeAWithdrawalBack() {
        TopologyHarness tagger = direct(CONSENT);
        tagger.happens("call", CallEventType.WITHDRAWN);

        tagger.send(notice("call"));
        tagger.happens("call", CallEventType.CONSENT_GIVEN);
        tagger.happens("call", CallEventType.RESUMED);
        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
    }

    @Test
    void shouldLeaveOtherCallsAndOtherChannelsAlone() {
        TopologyHarness tagger = direct(new PolicyRules(Set.of(Role.CUSTOMER), false, false));
        TestAudio second = TestAudio.talk("call", 6, 2).as("second", Role.CUSTOMER);
        List<AudioChunk> first = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.sendAll(first.subList(0, 4));

        tagger.send(new CallEvent("call", CallEventType.WITHDRAWN, TopologyHarness.START, "customer", null));
        tagger.sendAll(first.subList(4, 12));
        tagger.sendAll(second.chunks(500));
        tagger.sendAll(TestAudio.talk("other", 3, 3).chunks(500));
        tagger.drain();

        assertThat(tagger.tags())
                .extracting(tag -> tag.getCallId() + "/" + tag.getChannel())
                .containsOnly("call/second", "other/customer");
    }

    @Test
    void shouldObeyAWithdrawalAfterARestartAndLongAfterTheAudio() {
        TopologyHarness tagger = direct(new PolicyRules(Set.of(Role.CUSTOMER), false, false));
        List<AudioChunk> chunks = TestAudio.talk("call", 9, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 8));
        tagger.drain();
        tagger.tags();
        tagger.happens("call", CallEventType.WITHDRAWN);

        tagger.restart(new DirectQueue(encoder));
        tagger.pass(Duration.ofMinutes(15)); // the channel has ended, its marker is forgotten
        tagger.sendAll(chunks.subList(8, 18));
        tagger.sendAll(chunks.subList(0, 8));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
    }

    // ---- pause

    @Test
    void shouldNotHearWhatIsSaidDuringAPause() {
        TopologyHarness tagger = direct(new PolicyRules(Set.of(Role.CUSTOMER), false, false));
        List<AudioChunk> chunks = TestAudio.talk("call", 20, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 8));
        tagger.happens("call", CallEventType.PAUSED);
        tagger.sendAll(chunks.subList(8, 20)); // 4 s to 10 s
        tagger.happens("call", CallEventType.RESUMED);
        tagger.sendAll(chunks.subList(20, 40));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags)
                .filteredOn(tag -> tag.getStartMs() >= 4000 && tag.getEndMs() <= 10_000)
                .allSatisfy(tag -> assertThat(tag.getCoverage()).isZero());
        assertThat(tags)
                .filteredOn(tag -> tag.getStartMs() >= 10_000)
                .hasSize(8)
                .allSatisfy(tag -> assertThat(tag.getCoverage()).isEqualTo(1.0));
        assertThat(decisions(tagger.audit()))
                .containsExactly(
                        "SCORED 1", "SCORED 7", "BLOCKED_PAUSED 1", "BLOCKED_PAUSED 11", "SCORED 1", "SCORED 19");
    }

    @Test
    void shouldEndAChannelThatEndsDuringAPause() {
        TopologyHarness tagger = direct(new PolicyRules(Set.of(Role.CUSTOMER), false, false));
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 8));

        tagger.happens("call", CallEventType.PAUSED);
        tagger.sendAll(chunks.subList(8, 12));
        tagger.drain();

        assertThat(tagger.storedChunks()).isZero();
        assertThat(tagger.storedChannels()).singleElement().isInstanceOf(ChannelState.Finished.class);
    }

    // ---- erasure and forgetting

    @Test
    void shouldEraseWhatItKeepsOfACallAndNeverScoreItAgain() {
        TopologyHarness tagger = tagger(NOTICE, held);
        tagger.send(notice("call"));
        tagger.send(notice("other"));
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 10));
        tagger.sendAll(TestAudio.talk("call", 3, 2).as("ended", Role.AGENT).chunks(500));
        tagger.sendAll(TestAudio.talk("other", 3, 2).chunks(500).subList(0, 2));

        tagger.happens("call", CallEventType.ERASED);
        held.answerAll();
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.storedChunks()).isEqualTo(2);
        assertThat(tagger.storedChannels()).hasSize(1);
        assertThat(tagger.audit()).last().satisfies(record -> {
            assertThat(record.getDecision()).isEqualTo(PolicyDecision.ERASED);
            assertThat(record.getCallId()).isEqualTo("call");
            assertThat(record.getChannel()).isEmpty();
        });
        tagger.sendAll(chunks.subList(10, 20));
        held.answerAll();
        tagger.drain();
        assertThat(tagger.tags()).isEmpty();
    }

    @Test
    void shouldForgetACallADayAfterItsLastSignOfLife() {
        TopologyHarness tagger = direct(NOTICE);
        tagger.send(notice("early"));
        tagger.restart(new DirectQueue(encoder));
        assertThat(tagger.storedCalls()).isEqualTo(1);

        tagger.skip(Duration.ofHours(25));
        tagger.send(notice("later"));
        tagger.sendAll(TestAudio.talk("later", 6, 1).chunks(500).subList(0, 2));
        tagger.pass(Duration.ofSeconds(1));

        assertThat(tagger.storedCalls()).isEqualTo(1);
    }

    // ---- malformed events

    @Test
    void shouldPutEventsThatCannotBeReadAside() {
        TopologyHarness tagger = direct(NOTICE);

        tagger.sendEvent("call", new byte[] {1, 2, 3});
        tagger.sendEvent("call", null);
        tagger.sendEvent(
                "other",
                TopologyHarness.SERDES.serde(CallEvent.class).serializer().serialize("call-events", notice("call")));
        tagger.send(notice(" "));

        assertThat(tagger.dead())
                .extracting(DeadChunk::getReason, DeadChunk::getSourceTopic)
                .containsExactly(
                        tuple("UNREADABLE", "call-events"),
                        tuple("UNREADABLE", "call-events"),
                        tuple("KEY_MISMATCH", "call-events"),
                        tuple("UNREADABLE", "call-events"));
        assertThat(tagger.storedCalls()).isZero();
    }

    private static CallEvent notice(String callId) {
        return new CallEvent(callId, CallEventType.NOTICE_GIVEN, TopologyHarness.START, null, "notice-de-3");
    }

    private static List<String> decisions(List<PolicyRecord> audit) {
        return audit.stream()
                .map(record -> record.getDecision() + " " + record.getChunks())
                .toList();
    }

    private TopologyHarness direct(PolicyRules policy) {
        return tagger(policy, new DirectQueue(encoder));
    }

    private TopologyHarness tagger(PolicyRules policy, EncodeQueue queue) {
        return open(TestTagging.of(TestTagging.ANY_SOUND), TopologyHarness.rules(policy, 64), queue);
    }
}

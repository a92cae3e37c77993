package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Calls that are scored again. Calls of 8 s give 6 windows.
@Timeout(60)
final class PastCallsTest {

    @TempDir
    Path folder;

    private final FakeEncoder encoder = TestTagging.encoder();
    private final List<TopologyHarness> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(TopologyHarness::close);
    }

    @Test
    void shouldNotScoreACallThatIsWithdrawnOnlyLater() {
        PastCalls scope = scope(100, Set.of());
        scope.mind(event("gone", CallEventType.WITHDRAWN, null));
        scope.mind(event("erased", CallEventType.ERASED, null));
        TopologyHarness tagger = tagger(scope, new DirectQueue(encoder));

        for (String call : List.of("gone", "erased", "stays")) {
            tagger.happens(call, CallEventType.NOTICE_GIVEN);
            tagger.sendAll(TestAudio.talk(call, 8, 1).chunks(500));
        }
        tagger.happens("gone", CallEventType.WITHDRAWN);
        tagger.drain();

        assertThat(tagger.tags()).hasSize(6).extracting(EmotionTag::getCallId).containsOnly("stays");
        assertThat(tagger.audit())
                .filteredOn(record -> record.getCallId().equals("gone"))
                .extracting(PolicyRecord::getDecision)
                .containsOnly(PolicyDecision.BLOCKED_WITHDRAWN);
    }

    @Test
    void shouldLeaveOutTheChannelThatIsWithdrawnAlone() {
        PastCalls scope = scope(100, Set.of());
        scope.mind(event("call", CallEventType.WITHDRAWN, "second"));
        TopologyHarness tagger = tagger(scope, new DirectQueue(encoder));

        tagger.happens("call", CallEventType.NOTICE_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500));
        tagger.sendAll(TestAudio.talk("call", 8, 1).as("second", Role.CUSTOMER).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).hasSize(6).extracting(EmotionTag::getChannel).containsOnly("customer");
    }

    @Test
    void shouldDropWhatIsPendingWhenAWithdrawalComesMeanwhile() {
        HeldQueue held = new HeldQueue(encoder, 1000);
        PastCalls scope = scope(100, Set.of());
        TopologyHarness tagger = tagger(scope, held);
        tagger.happens("call", CallEventType.NOTICE_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500).subList(0, 12));

        scope.mind(event("call", CallEventType.WITHDRAWN, null)); // behind what the task has read
        tagger.pass(Duration.ofSeconds(1));
        held.answerAll();
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.storedChunks()).isZero();
    }

    @Test
    void shouldStillWantTheNoticeBeforeTheAudio() {
        TopologyHarness tagger = tagger(scope(100, Set.of()), new DirectQueue(encoder));

        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500));
        tagger.happens("call", CallEventType.NOTICE_GIVEN);

        assertThat(tagger.tags()).isEmpty();
    }

    @Test
    void shouldReadOnlyWhatWasThereOfTheCallsThatWereAskedFor() {
        TopologyHarness tagger = tagger(scope(32, Set.of("call")), new DirectQueue(encoder));
        tagger.happens("call", CallEventType.NOTICE_GIVEN);
        tagger.happens("other", CallEventType.NOTICE_GIVEN);

        tagger.sendAll(TestAudio.talk("other", 8, 1).chunks(500)); // offsets 0 to 15
        tagger.sendAll(TestAudio.talk("call", 9, 1).chunks(500)); // 16 to 33, of which 2 came later
        tagger.drain();

        assertThat(tagger.tags()).hasSize(6).extracting(EmotionTag::getCallId).containsOnly("call");
        assertThat(tagger.counters().chunks()).isEqualTo(16);
    }

    @Test
    void shouldEndChannelsThatAreOpenOnlyWhenAllIsRead() {
        PastCalls scope = scope(100, Set.of());
        TopologyHarness tagger = tagger(scope, new DirectQueue(encoder));
        tagger.happens("call", CallEventType.NOTICE_GIVEN);
        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500).subList(0, 13)); // 6.5 s, no end of stream

        tagger.pass(Duration.ofMinutes(10));
        assertThat(tagger.tags()).hasSize(4);
        assertThat(scope.isDone()).isFalse();
        scope.over(0);
        assertThat(scope.isDone()).isFalse();
        tagger.pass(Duration.ofSeconds(1));
        tagger.drain();

        assertThat(tagger.tags()).singleElement().satisfies(last -> {
            assertThat(last.getWindowIndex()).isEqualTo(4);
            assertThat(last.getPartial()).isTrue();
        });
        assertThat(tagger.summaries())
                .last()
                .satisfies(summary -> assertThat(summary.value.getFinished()).isTrue());
        assertThat(scope.isDone()).isTrue();
    }

    private TopologyHarness tagger(PastCalls scope, EncodeQueue queue) {
        ChannelRules rules = TopologyHarness.rules(new PolicyRules(Set.of(Role.CUSTOMER), true, false), 64)
                .withoutTimeouts();
        TopologyHarness harness =
                new TopologyHarness(TestTagging.of(TestTagging.ANY_SOUND), rules, queue, scope, folder);
        opened.add(harness);
        return harness;
    }

    private static PastCalls scope(long end, Set<String> calls) {
        return new PastCalls("audio-chunks", Map.of(0, end), calls);
    }

    private static CallEvent event(String call, CallEventType type, @Nullable String channel) {
        return new CallEvent(call, type, TopologyHarness.START, channel, null);
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.rank.Listing;
import io.undertone.schemas.AlertPhase;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.CallSummary;
import io.undertone.schemas.ChannelSummary;
import io.undertone.schemas.EmotionAlert;
import io.undertone.schemas.Role;
import io.undertone.streams.config.AlertRule;
import io.undertone.tag.TaggingRules;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Summaries and alerts on their topics. Windows of 3 s every second; chunks of 500 ms; a running summary every 5 s.
@Timeout(60)
final class FindingsTest extends TopologyTest {

    /// Holds for every window.
    private static final AlertRule ALWAYS = new AlertRule(
            "always",
            new AlertRule.Region(-1, 1, -1, 0.999, 2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ZERO);

    // ---- summaries

    @Test
    void shouldSumACallUpWhileItRunsAndWhenItHasEnded() {
        TopologyHarness tagger = tagger();

        tagger.sendAll(TestAudio.talk("call", 12, 1).chunks(500));
        tagger.drain();

        List<CallSummary> summaries = values(tagger.summaries());
        assertThat(summaries).extracting(CallSummary::getFinished).containsExactly(false, false, true);
        assertThat(summaries)
                .extracting(summary -> summary.getChannels().getFirst().getEndMs())
                .containsExactly(5000L, 10_000L, 12_000L);
        CallSummary last = summaries.getLast();
        assertThat(last.getModel())
                .isEqualTo(TestTagging.of(TestTagging.ANY_SOUND).model());
        assertThat(last.getPromptBank())
                .isEqualTo(TestTagging.of(TestTagging.ANY_SOUND).bankVersion());
        assertThat(last.getChannels()).singleElement().satisfies(channel -> {
            assertThat(channel.getWindows()).isEqualTo(10);
            assertThat(channel.getRole()).isEqualTo(Role.CUSTOMER);
            assertThat(channel.getAbstainedShare()).isZero();
            assertThat(channel.getPeaks()).hasSize(3);
        });
    }

    @Test
    void shouldFinishACallWithItsLastChannel() {
        TopologyHarness tagger = tagger();
        TestAudio second = TestAudio.talk("call", 6, 2).as("second", Role.CUSTOMER);
        TestAudio agent = TestAudio.talk("call", 6, 3).as("agent", Role.AGENT);

        tagger.sendAll(agent.chunks(500).subList(0, 10));
        tagger.sendAll(second.chunks(500).subList(0, 2));
        tagger.sendAll(TestAudio.talk("call", 4, 1).chunks(500));
        tagger.sendAll(second.chunks(500).subList(2, 12));
        tagger.drain();
        assertThat(values(tagger.summaries()))
                .extracting(CallSummary::getFinished)
                .doesNotContain(true);
        tagger.sendAll(agent.chunks(500).subList(10, 12));

        assertThat(values(tagger.summaries())).singleElement().satisfies(summary -> {
            assertThat(summary.getFinished()).isTrue();
            assertThat(summary.getChannels())
                    .extracting(ChannelSummary::getChannel)
                    .containsExactlyInAnyOrder("customer", "second");
        });
    }

    @Test
    void shouldGiveTheSameSummaryAfterARestart() {
        List<AudioChunk> chunks = TestAudio.talk("call", 12, 1).chunks(500);
        TopologyHarness undisturbed = tagger();
        undisturbed.sendAll(chunks);
        undisturbed.drain();
        TopologyHarness tagger = tagger();

        tagger.sendAll(chunks.subList(0, 13));
        tagger.drain();
        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(13, 24));
        tagger.drain();

        assertThat(values(tagger.summaries()).getLast().getChannels())
                .isEqualTo(values(undisturbed.summaries()).getLast().getChannels());
    }

    @Test
    void shouldKeepNothingOnceTheCallIsForgotten() {
        TopologyHarness tagger = tagger(ALWAYS);
        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();
        assertThat(tagger.stored(TaggingTopology.TALLY_STORE)).isEqualTo(1);

        tagger.skip(Duration.ofMinutes(11));
        tagger.sendAll(TestAudio.talk("later", 6, 1).chunks(500).subList(0, 2));
        tagger.pass(Duration.ofSeconds(1));

        assertThat(tagger.stored(TaggingTopology.TALLY_STORE)).isZero();
        assertThat(tagger.stored(TaggingTopology.ALERT_STORE)).isZero();
    }

    @Test
    void shouldEraseTheSummaryWithATombstone() {
        TopologyHarness tagger = tagger(ALWAYS);
        tagger.sendAll(TestAudio.talk("call", 12, 1).chunks(500).subList(0, 20));
        tagger.drain();
        tagger.summaries();
        tagger.alerts();

        tagger.happens("call", CallEventType.ERASED);

        assertThat(tagger.summaries()).containsExactly(KeyValue.pair("call", null));
        assertThat(tagger.alerts()).isEmpty();
        assertThat(tagger.stored(TaggingTopology.TALLY_STORE)).isZero();
        assertThat(tagger.stored(TaggingTopology.ALERT_STORE)).isZero();
    }

    // ---- alerts

    @Test
    void shouldTellOfTheStartAndOfTheEndOnce() {
        TopologyHarness tagger = tagger(ALWAYS);

        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500));
        tagger.drain();

        List<EmotionAlert> alerts = tagger.alerts();
        assertThat(alerts).extracting(EmotionAlert::getPhase).containsExactly(AlertPhase.START, AlertPhase.END);
        assertThat(alerts).extracting(EmotionAlert::getAlertId).containsOnly("call/customer/always/0");
        assertThat(alerts.getFirst().getToMs()).isNull();
        assertThat(alerts.getFirst().getEvidence()).hasSize(2);
        assertThat(alerts.getLast().getFromMs()).isZero();
        assertThat(alerts.getLast().getToMs()).isEqualTo(8000);
        assertThat(alerts.getLast().getPromptBank())
                .isEqualTo(TestTagging.of(TestTagging.ANY_SOUND).bankVersion());
    }

    @Test
    void shouldGoOnWithAnAlertAfterARestart() {
        TopologyHarness tagger = tagger(ALWAYS);
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 10));
        tagger.drain();
        assertThat(tagger.alerts()).extracting(EmotionAlert::getPhase).containsExactly(AlertPhase.START);
        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(10, 16));
        tagger.drain();

        assertThat(tagger.alerts()).extracting(EmotionAlert::getPhase).containsExactly(AlertPhase.END);
    }

    @Test
    void shouldEndAnAlertWhileNobodyIsHeard() {
        TopologyHarness tagger = open(
                TestTagging.of(new TaggingRules(0.2, 0.5, false, Listing.all())),
                TopologyHarness.rulesWithAlerts(ALWAYS),
                new DirectQueue(encoder));
        TestAudio call = TestAudio.silence("call", 40);
        short[] talk = TestAudio.talk("call", 6, 1).samples();
        System.arraycopy(talk, 0, call.samples(), 0, talk.length);

        tagger.sendAll(call.chunks(500).subList(0, 79)); // the channel does not end

        assertThat(tagger.alerts())
                .extracting(EmotionAlert::getPhase)
                .containsExactly(AlertPhase.START, AlertPhase.END);
    }

    @Test
    void shouldEndAnAlertAtAWithdrawal() {
        TopologyHarness tagger = tagger(ALWAYS);
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 10));
        tagger.drain();
        tagger.alerts();

        tagger.happens("call", CallEventType.WITHDRAWN);
        tagger.sendAll(chunks.subList(10, 16));
        tagger.drain();

        assertThat(tagger.alerts()).extracting(EmotionAlert::getPhase).containsExactly(AlertPhase.END);
    }

    private static List<CallSummary> values(List<KeyValue<String, CallSummary>> records) {
        return records.stream().map(record -> record.value).toList();
    }

    @Test
    void shouldDateAnAlertByTheGatewaysClockAlsoWhenTheChannelEnds() {
        TopologyHarness tagger = tagger(ALWAYS);

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.alertRecords())
                .extracting(TestRecord::getRecordTime)
                .containsExactly(TestAudio.CALL_START.plusSeconds(4), TestAudio.CALL_START.plusSeconds(6));
    }

    private TopologyHarness tagger(AlertRule... alerts) {
        return open(
                TestTagging.of(TestTagging.ANY_SOUND),
                TopologyHarness.rulesWithAlerts(alerts),
                new DirectQueue(encoder));
    }
}

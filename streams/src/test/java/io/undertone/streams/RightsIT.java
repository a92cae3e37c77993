package io.undertone.streams;

import static io.undertone.streams.RightsHarness.askedOf;
import static io.undertone.streams.RightsHarness.deniedTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which rights the tagger needs: derived from what a broker is asked for, compared with what `undertone acls` prints,
/// and
/// enough. That each of them is needed is tried by [RightsFaults], and what the commands need.
@Timeout(240)
final class RightsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir
    static Path folder;

    private static RightsHarness harness;

    @BeforeAll
    static void start() throws Exception {
        harness = RightsHarness.start(folder);
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void shouldNeedExactlyTheRightsThatAreDocumentedInAWholeLife() throws Exception {
        Topics topics = harness.createTopics("life-");
        List<Rights> documented = Rights.ofTagger(topics, "life-tagger", true);
        harness.grant(SecureBroker.USER, documented);
        RecordingAuthorizer.ASKED.clear();

        try (TagReader reader = new TagReader(harness.secure().broker().bootstrapServers(), topics)) {
            try (TaggerApplication first = harness.tagger("life-", "first")) {
                assertThat(first.awaitRunning(PATIENCE)).isTrue();
                consent(topics, "before-0");
                await(() -> first.counters().callEvents() == 1);
                send("before", topics);
                harness.sendBroken(topics);
                putPrompts(topics);
                reader.readUntil(4, PATIENCE);
                await(() -> first.counters().banksTaken() == 1
                        && first.counters().embeddings() > 0
                        && first.counters().deadLetters() == 1);
                // Another instance takes over what the first one held, stores and all.
                try (TaggerApplication second = harness.tagger("life-", "second")) {
                    assertThat(second.awaitRunning(PATIENCE)).isTrue();
                    assertThat(first.close(Duration.ofSeconds(60))).isTrue();
                    send("after", topics);
                    reader.readUntil(8, PATIENCE);
                }
            }
            assertThat(reader.count()).isEqualTo(8);
        }

        assertThat(deniedTo(SecureBroker.USER)).isEmpty();
        assertThat(RightsHarness.derived(askedOf(SecureBroker.USER), "life-tagger"))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void shouldNameTheTopicsThatItsUserMayNotUse() throws Exception {
        Topics topics = harness.createTopics("few-");
        harness.grant(
                SecureBroker.USER,
                Rights.ofTagger(topics, "few-tagger", true).stream()
                        .filter(right -> !right.on().name().equals("few-emotion-tags"))
                        .map(right -> right.on().name().equals("few-call-events")
                                ? new Rights(right.on(), Set.of(AclOperation.DESCRIBE))
                                : right)
                        .toList());

        assertThatThrownBy(() -> harness.tagger("few-", "only"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("the Kafka broker at " + harness.secure().broker().bootstrapServers("SCRAM")
                        + " does not let this user use topics: READ 'few-call-events', 'few-emotion-tags';"
                        + " 'undertone acls' prints what it needs");
    }

    private static void send(String name, Topics topics) throws Exception {
        new CallTraffic(name, 2, 4, 1).send(harness.secure().broker().bootstrapServers(), topics, Duration.ZERO);
    }

    private static void consent(Topics topics, String callId) {
        CallEvent event = new CallEvent(callId, CallEventType.CONSENT_GIVEN, TestAudio.CALL_START, null, null);
        harness.sendOpenly(
                topics.callEvents().name(),
                callId,
                TopologyHarness.SERDES
                        .serde(CallEvent.class)
                        .serializer()
                        .serialize(topics.callEvents().name(), event));
    }

    private static void putPrompts(Topics topics) {
        PromptBankRecord bank =
                new PromptBankRecord("default", "2", List.of(new BankPrompt("a", "angry")), TestAudio.CALL_START, null);
        harness.sendOpenly(
                topics.promptBanks().name(),
                "default",
                TopologyHarness.SERDES
                        .serde(PromptBankRecord.class)
                        .serializer()
                        .serialize(topics.promptBanks().name(), bank));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(20); // the test's own time-out ends it
        }
    }
}

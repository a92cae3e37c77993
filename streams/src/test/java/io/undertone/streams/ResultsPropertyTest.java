package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.Role;
import io.undertone.streams.config.AlertRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// Whatever happens inside (answers of the encoder in any order and at any time, little room at the encoder, restarts
/// at any point), what comes out on all topics of results is a function of the records that were read: tags,
/// summaries, alerts, audit and dead letters of calls that suffer everything that gateways do.
final class ResultsPropertyTest {

    private static final FakeEncoder ENCODER = TestTagging.encoder();
    private static final int CALLS = 12;

    @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void shouldHangOnTheRecordsAlone(@ForAll long seed) throws IOException {
        GatewayTraffic traffic = new GatewayTraffic(CALLS, Duration.ofSeconds(17), TopologyHarness.START, true, seed);

        Results calm = run(traffic, new Random(seed), false);
        Results disturbed = run(traffic, new Random(seed), true);

        assertThat(calm.counts().keySet())
                .containsExactlyInAnyOrder(
                        "emotion-tags", "emotion-calls", "emotion-alerts", "audio-chunks-dead", "policy-audit");
        assertThat(disturbed.difference(calm)).isEmpty();
    }

    private static Results run(GatewayTraffic traffic, Random random, boolean disturbed) throws IOException {
        Results results = new Results(traffic.callsOfSeveral());
        Path folder = Files.createTempDirectory("undertone-results");
        HeldQueue queue = queue(random, disturbed);
        try (TopologyHarness tagger =
                new TopologyHarness(TestTagging.of(TestTagging.ANY_SOUND), rules(disturbed ? 7 : 64), queue, folder)) {
            for (GatewayTraffic.Step step : traffic.steps()) {
                while (results.tags(step.callId(), "customer") < step.afterTags()) {
                    settle(tagger, queue, results);
                }
                if (step.record() instanceof CallEvent event) {
                    tagger.send(event);
                } else if (step.record() instanceof AudioChunk chunk) {
                    tagger.sendBytes(
                            chunk.getCallId(), GatewayTraffic.bytes("audio-chunks", chunk), traffic.dateOf(step));
                }
                if (!disturbed) {
                    settle(tagger, queue, results);
                    continue;
                }
                while (queue.size() > 0 && random.nextInt(3) > 0) {
                    queue.answer(random.nextInt(queue.size()));
                }
                if (random.nextInt(4) == 0) {
                    tagger.drain();
                }
                if (random.nextInt(100) == 0) {
                    tagger.readInto(results);
                    queue = queue(random, true);
                    tagger.restart(queue);
                }
            }
            for (int rounds = 0; rounds < 200; rounds++) {
                settle(tagger, queue, results);
            }
            assertThat(tagger.storedChunks()).isZero();
        } finally {
            FolderTree.delete(folder);
        }
        return results;
    }

    private static void settle(TopologyHarness tagger, HeldQueue queue, Results results) {
        queue.answerAll();
        tagger.drain();
        tagger.readInto(results);
    }

    private static HeldQueue queue(Random random, boolean disturbed) {
        return new HeldQueue(ENCODER, disturbed ? 1 + random.nextInt(5) : 1000);
    }

    private static ChannelRules rules(int pendingBound) {
        ChannelRules rules = TopologyHarness.rulesWithAlerts(
                new AlertRule(
                        "aroused",
                        new AlertRule.Region(-1, 1, 0.2, 1, 0.1),
                        Duration.ZERO,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2)),
                new AlertRule(
                        "calm",
                        new AlertRule.Prompt("calm", 0.4, 0.2),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        Duration.ZERO));
        return new ChannelRules(
                new PolicyRules(Set.of(Role.CUSTOMER), true, false),
                rules.rememberCalls(),
                rules.gapTimeout(),
                rules.idleTimeout(),
                rules.rememberFinished(),
                pendingBound,
                rules.tagSilence(),
                rules.summaryEvery(),
                rules.alerts(),
                rules.feed());
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.TestBundles;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.EventSender;
import io.undertone.streams.cli.TopicReader;
import io.undertone.streams.cli.Undertone;
import io.undertone.streams.config.UndertoneConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Calls are scored again on a real broker while the live tagger runs.
@Timeout(300)
final class RescoreIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int CALLS = 4;
    private static final int SECONDS = 10;
    private static final int WINDOWS = SECONDS - 2;

    /// Of a rescoring whose prefix begins with that of this one.
    private static final String OTHERS = "eu-tagger-rescore-trial.-2-chunks-changelog";

    @TempDir
    Path folder;

    @Test
    void shouldGiveTheSameWindowsWithOtherPromptsAndLeaveTheLiveOnesAlone() throws Exception {
        Topics topics = Topics.defaults().withPrefix("eu-").withCallPartitions(2);
        Topics results = topics.withResultsUnder("trial.");
        Path prompts = Files.writeString(folder.resolve("prompts.json"), "[\"somebody laughing\"]");
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            broker.createTopics(topics);
            Path config = Files.writeString(folder.resolve("undertone.yaml"), config(broker));
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (TaggerApplication live = TaggerApplication.start(UndertoneConfig.read(config));
                    TopicReader reader = reader(client, topics);
                    Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(new NewTopic(OTHERS, 1, (short) 1)))
                        .all()
                        .get();
                events(client, topics, CallEventType.NOTICE_GIVEN, "call-0", "call-1", "call-2", "call-3");
                new CallTraffic(CALLS, SECONDS, 9).send(broker.bootstrapServers(), topics, Duration.ZERO);
                List<EmotionTag> before = read(reader, CALLS * WINDOWS);
                events(client, topics, CallEventType.WITHDRAWN, "call-1");
                while (live.counters().callEvents() < CALLS + 1
                        || live.counters().tags() < CALLS * WINDOWS) {
                    Thread.sleep(20); // the test's own time-out ends it
                }
                Map<TopicPartition, OffsetAndMetadata> offsets = settledOffsets(admin, "eu-tagger");

                StringWriter err = new StringWriter();
                assertThat(rescore(err, config, "--prompts", prompts.toString()))
                        .isZero();

                List<EmotionTag> again;
                try (TopicReader trial = reader(client, results)) {
                    again = read(trial, (CALLS - 1) * WINDOWS);
                }
                assertThat(err.toString())
                        .contains("undertone: 24 windows of ", " chunks tagged in ", "1 calls withdrawn or erased");
                assertSameWindows(before, again);
                assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
                assertThat(offsets(admin, "eu-tagger")).isEqualTo(offsets);
                assertThat(live.awaitRunning(Duration.ZERO)).isTrue();
                assertNothingLeft(admin);

                StringWriter refused = new StringWriter();
                assertThat(rescore(refused, config)).isEqualTo(1);
                assertThat(refused.toString()).contains("holds records; name another prefix for the results");
            }
        }
    }

    @Test
    void shouldScoreWithAnotherBundleAndABankOfTheTopic() throws Exception {
        Topics topics = Topics.defaults().withPrefix("eu-").withCallPartitions(2);
        Path bundle = TestBundles.copyTiny(folder.resolve("other"));
        Path manifest = bundle.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("0\\.1\\.0", "0.2.0"));
        Path prompts = Files.writeString(folder.resolve("prompts.json"), "[\"somebody laughing\"]");
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            broker.createTopics(topics);
            Path config = Files.writeString(folder.resolve("undertone.yaml"), config(broker));
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            events(client, topics, CallEventType.NOTICE_GIVEN, "call-0", "call-1");
            new CallTraffic(2, SECONDS, 9).send(broker.bootstrapServers(), topics, Duration.ZERO);
            assertThat(Undertone.execute(
                            Undertone.commandLine(),
                            "prompts",
                            "put",
                            "--bootstrap=" + broker.bootstrapServers(),
                            "--prefix=eu-",
                            "--bank=trial",
                            "--version=7",
                            prompts.toString()))
                    .isZero();

            StringWriter err = new StringWriter();
            assertThat(rescore(err, config, "--bundle", bundle.toString(), "--bank", "trial"))
                    .as(err.toString())
                    .isZero();

            try (TopicReader trial = reader(client, topics.withResultsUnder("trial."))) {
                assertThat(read(trial, 2 * WINDOWS)).allSatisfy(tag -> {
                    assertThat(tag.getModel().getVersion()).isEqualTo("0.2.0");
                    assertThat(tag.getPromptBank()).isEqualTo(new PromptBankVersion("trial", "7"));
                    assertThat(tag.getRanking())
                            .extracting(RankedPrompt::getPrompt)
                            .containsExactly("somebody laughing");
                });
            }
        }
    }

    private static void assertSameWindows(List<EmotionTag> before, List<EmotionTag> again) {
        for (String call : List.of("call-0", "call-2", "call-3")) {
            List<EmotionTag> live = of(call, before);
            List<EmotionTag> scored = of(call, again);
            assertThat(scored)
                    .as(call)
                    .extracting(EmotionTag::getWindowIndex)
                    .containsExactlyElementsOf(
                            live.stream().map(EmotionTag::getWindowIndex).toList());
            for (int i = 0; i < live.size(); i++) {
                assertThat(scored.get(i).getRanking())
                        .extracting(RankedPrompt::getPrompt)
                        .containsExactly("somebody laughing");
                assertThat(live.get(i).getRanking()).hasSizeGreaterThan(1);
                assertThat(scored.get(i).getPromptBank().getId()).isEqualTo("prompts.json");
                assertThat(valence(scored.get(i))).isCloseTo(valence(live.get(i)), Offset.offset(1e-3));
                assertThat(scored.get(i).getCapturedAt()).isEqualTo(live.get(i).getCapturedAt());
            }
        }
        assertThat(of("call-1", again)).isEmpty();
    }

    private static double valence(EmotionTag tag) {
        return Objects.requireNonNull(tag.getValence()).getValue();
    }

    private void assertNothingLeft(Admin admin) throws Exception {
        Set<String> topics = admin.listTopics().names().get();
        assertThat(topics)
                .filteredOn(name -> name.startsWith("eu-tagger-rescore"))
                .containsExactly(OTHERS);
        assertThat(topics)
                .contains("trial.eu-emotion-tags", "trial.eu-emotion-calls", "trial.eu-policy-audit")
                .doesNotContain("trial.eu-audio-chunks");
        assertThat(admin.listGroups().all().get())
                .extracting(GroupListing::groupId)
                .contains("eu-tagger")
                .noneMatch(group -> group.contains("rescore"));
        assertThat(folder.resolve("state").toFile().list()).containsExactly("eu-tagger");
    }

    private static int rescore(StringWriter err, Path config, String... more) {
        CommandLine command = Undertone.commandLine().setErr(new PrintWriter(err));
        List<String> args = new ArrayList<>(List.of("rescore", "--config", config.toString(), "--to", "trial."));
        args.addAll(List.of(more));
        return Undertone.execute(command, args.toArray(String[]::new));
    }

    /// An idle tagger commits once more after its last record, and then no more.
    private static Map<TopicPartition, OffsetAndMetadata> settledOffsets(Admin admin, String group) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> before = offsets(admin, group);
        while (true) {
            Thread.sleep(500);
            Map<TopicPartition, OffsetAndMetadata> now = offsets(admin, group);
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Admin admin, String group) throws Exception {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
    }

    private static List<EmotionTag> of(String call, List<EmotionTag> tags) {
        return tags.stream().filter(tag -> tag.getCallId().equals(call)).toList();
    }

    private static void events(Map<String, Object> client, Topics topics, CallEventType type, String... calls) {
        try (EventSender sender = EventSender.open(client, topics.callEvents(), TopologyHarness.SERDES)) {
            for (String call : Set.of(calls)) {
                sender.send(EventSender.event(call, type, Instant.now()));
            }
        }
    }

    private static TopicReader reader(Map<String, Object> client, Topics topics) {
        return TopicReader.open(
                client, List.of(topics.emotionTags()), TopologyHarness.SERDES, TopicReader.From.BEGINNING);
    }

    private static List<EmotionTag> read(TopicReader reader, int count) {
        List<EmotionTag> tags = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (tags.size() < count && System.nanoTime() < deadline) {
            reader.poll(Duration.ofMillis(100)).forEach(read -> tags.add((EmotionTag) read.value()));
        }
        reader.poll(Duration.ofMillis(300)).forEach(read -> tags.add((EmotionTag) read.value()));
        assertThat(tags).hasSize(count);
        return tags;
    }

    private String config(TestBroker broker) {
        return """
            kafka: {bootstrap-servers: %s, application-id: eu-tagger, session-timeout: 45s}
            topics: {prefix: eu-}
            bundle: %s
            inference: {device: cpu, max-batch: 8}
            gate: {min-speech-ratio: 0, abstain-uncertain: false}
            delivery: {transaction-timeout: 60s}
            state-dir: %s
            """.formatted(broker.bootstrapServers(), TestBundles.tiny(), folder.resolve("state"));
    }
}

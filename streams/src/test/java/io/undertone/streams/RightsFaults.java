package io.undertone.streams;

import static io.undertone.streams.RightsHarness.askedOf;
import static io.undertone.streams.RightsHarness.deniedTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.ChunkSender;
import io.undertone.streams.cli.CommandLineResult;
import io.undertone.streams.config.UndertoneConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// That the tagger ends, and says why, when any single right of its list is missing, but for the one that it says it
/// can do without: none is idle. And that each
/// command
/// can do its work with the rights of its list.
@Timeout(600)
final class RightsFaults {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @Test
    void shouldEndWhenAnySingleRightIsMissing(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (RightsHarness harness = RightsHarness.start(folder)) {
            List<String> survived = new ArrayList<>();
            int number = 0;
            for (Rights right : Rights.ofTagger(Topics.defaults(), "tagger", true)) {
                for (AclOperation operation : right.operations()) {
                    String outcome = lifeWithout(harness, "without-" + number++ + "-", right, operation);
                    System.out.printf("without %s on %s: %s%n", operation, right.on(), outcome);
                    if (outcome.isEmpty()) {
                        survived.add(operation + " on " + right.on());
                    }
                }
            }

            assertThat(number).isEqualTo(15);
            assertThat(survived).singleElement().asString().startsWith("DESCRIBE_CONFIGS on ");
        }
    }

    @Test
    void shouldLetEachCommandDoItsWorkWithItsRights(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (RightsHarness harness = RightsHarness.start(folder)) {
            letEachCommandDoItsWork(harness);
        }
    }

    private static void letEachCommandDoItsWork(RightsHarness harness) throws Exception {
        Topics topics = harness.createTopics("tools-");
        harness.grant("undertone-gateway", Rights.ofGateway(topics));
        harness.grant("undertone-analyst", Rights.ofAnalyst(topics));
        harness.grant("undertone-editor", Rights.ofEditor(topics));
        harness.grant("undertone-eraser", Rights.ofEraser(topics));
        harness.grant("undertone-labeller", Rights.ofLabeller(topics));
        harness.grant("undertone-trainer", Rights.ofTrainer(topics));
        harness.grant(SecureBroker.USER, Rights.ofTagger(topics, "tools-tagger", true));
        RecordingAuthorizer.ASKED.clear();
        Path prompts = Files.writeString(harness.folder().resolve("prompts.json"), "[\"somebody laughing\"]");

        Path gateway = harness.config("tools-", "any", "undertone-gateway");
        undertone("event", "STARTED", "--call", "tools", "--config", gateway.toString());
        Path labeller = harness.config("tools-", "any", "undertone-labeller");
        undertone("label", "--call=gone", "--channel=customer", "--at=1", "--emotion=anger", "--config=" + labeller);
        Path eraser = harness.config("tools-", "any", "undertone-eraser");
        assertThat(undertone("erase", "--call=gone", "--config=" + eraser)).contains("deleted: 1 labels");
        assertThat(refused("collect", "--config=" + harness.config("tools-", "any", "undertone-trainer")))
                .contains("none of 0 labels touches a window");
        Map<String, Object> client =
                new HashMap<>(UndertoneConfig.read(gateway).kafka().clientProperties());
        client.put("bootstrap.servers", harness.secure().broker().bootstrapServers("SCRAM"));
        try (ChunkSender sender = ChunkSender.open(client, topics.audioChunks(), TopologyHarness.SERDES)) {
            TestAudio.talk("tools", 4, 1).chunks(500).forEach(sender::send);
            sender.flush();
        }
        // Not "topic missing", and not done without the labels.
        assertThat(refused("erase", "--call=gone", "--config=" + gateway))
                .contains("does not let this user see topic tools-training-labels");
        Path editor = harness.config("tools-", "any", "undertone-editor");
        undertone("prompts", "put", prompts.toString(), "--config", editor.toString());
        undertone("prompts", "list", "--config", editor.toString());
        Path tagger = harness.config("tools-", "any", SecureBroker.USER);
        assertThat(undertone("doctor", "--config", tagger.toString()))
                .contains("ok    broker", "this user may not see: tools-training-labels");
        try (TaggerApplication running = harness.tagger("tools-", "any")) {
            assertThat(running.awaitRunning(PATIENCE)).isTrue();
            Path analyst = harness.config("tools-", "any", "undertone-analyst");
            assertThat(undertone("watch", "--from-beginning", "--count", "2", "--config", analyst.toString())
                            .lines()
                            .filter(line -> line.contains("tools")))
                    .hasSizeGreaterThanOrEqualTo(2);
        }

        assertThat(SecureBroker.USERS.stream()
                        .flatMap(user -> deniedTo(user).stream())
                        .filter(asked -> asked.operation() != AclOperation.DESCRIBE_CONFIGS) // the doctor tries
                        .filter(asked -> !asked.name().equals("tools-training-labels"))) // refused above
                .isEmpty();
    }

    @Test
    void shouldNeedExactlyTheRightsThatAreDocumentedToScoreAgain(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (RightsHarness harness = RightsHarness.start(folder)) {
            Topics topics = harness.createTopics("past-");
            String servers = harness.secure().broker().bootstrapServers();
            String user = "undertone-rescorer";
            List<Rights> documented = Rights.ofRescorer(topics, "past-tagger", "trial.");
            harness.grant(user, documented);
            harness.sendBroken(topics);
            new CallTraffic("call", 2, 4, 1).send(servers, topics, Duration.ZERO);
            RecordingAuthorizer.ASKED.clear();

            undertone("rescore", "--to=trial.", "--config=" + harness.config("past-", "any", user));

            try (TagReader reader = new TagReader(servers, topics.withResultsUnder("trial."))) {
                reader.readUntil(4, PATIENCE);
            }
            assertThat(deniedTo(user)).isEmpty();
            assertThat(RightsHarness.derived(askedOf(user), "past-tagger-rescore-trial."))
                    .containsExactlyInAnyOrderElementsOf(documented);
        }
    }

    /// @return how it ended; empty if it tagged as if nothing were missing
    private static String lifeWithout(RightsHarness harness, String prefix, Rights missing, AclOperation operation)
            throws Exception {
        Topics topics = harness.createTopics(prefix);
        List<Rights> all = Rights.ofTagger(topics, prefix + "tagger", true);
        int index = Rights.ofTagger(Topics.defaults(), "tagger", true).indexOf(missing);
        List<Rights> rest = new ArrayList<>(all);
        Set<AclOperation> operations = new HashSet<>(missing.operations());
        operations.remove(operation);
        if (operations.isEmpty()) {
            rest.remove(index);
        } else {
            rest.set(index, new Rights(all.get(index).on(), operations));
        }
        harness.grant(SecureBroker.USER, rest);
        RecordingAuthorizer.ASKED.clear();
        String end;
        try (TaggerApplication tagger = harness.tagger(prefix, "first")) {
            new CallTraffic("call", 2, 4, 1).send(harness.secure().broker().bootstrapServers(), topics, Duration.ZERO);
            end = ended(tagger)
                    ? "ended with exit code " + tagger.awaitTermination().code()
                    : restarted(harness, prefix);
        } catch (InvalidInputException e) {
            return "refused to start";
        }
        return deniedTo(SecureBroker.USER).isEmpty() ? "" : end;
    }

    /// Without its state folder it reads its stores anew from their topics.
    private static String restarted(RightsHarness harness, String prefix) throws Exception {
        try (TaggerApplication again = harness.tagger(prefix, "second")) {
            return ended(again)
                    ? "ended after a restart with exit code "
                            + again.awaitTermination().code()
                    : "";
        }
    }

    private static boolean ended(TaggerApplication tagger) throws InterruptedException {
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                tagger.awaitTermination();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        boolean ended = waiting.join(Duration.ofSeconds(20));
        waiting.interrupt();
        return ended;
    }

    private static String refused(String... args) {
        CommandLineResult result = CommandLineResult.of(args);
        assertThat(result.exitCode()).isEqualTo(1);
        return result.err();
    }

    private static String undertone(String... args) {
        CommandLineResult result = CommandLineResult.of(args);
        assertThat(result.exitCode()).as(result.printed()).isZero();
        return result.printed();
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import io.undertone.schemas.TrainingEmbedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;

/// Whatever else happens (shuffled and doubled chunks, answers in any order, restarts): no embedding with audio from
/// before the consent, each that may be kept once, none after the withdrawal and none left by it, never any audio,
/// and all of it on the audit.
final class RetrainingFeedPropertyTest {

    private static final FakeEncoder ENCODER = TestTagging.encoder();
    private static final PolicyRules ANYTHING = new PolicyRules(Set.of(Role.CUSTOMER), false, false);
    private static final int LARGEST_RECORD_BYTES = 1024; // a window of audio has 96,000

    private final List<TestRecord<String, TrainingEmbedding>> records = new ArrayList<>();
    private final List<EmotionTag> tags = new ArrayList<>();
    private final Map<PolicyDecision, Long> audit = new TreeMap<>();

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void shouldKeepWhatConsentAllowsAndNothingElse(@ForAll long seed) throws IOException {
        records.clear(); // jqwik may use one instance for many tries
        tags.clear();
        audit.clear();
        Random random = new Random(seed);
        List<AudioChunk> chunks = PolicyPropertyTest.shuffled(
                TestAudio.talk("call", 4 + 12 * random.nextDouble(), random.nextLong())
                        .chunks(100 + 100 * random.nextInt(5)),
                random);
        int consent = random.nextInt(chunks.size() + 1);
        int withdrawal = consent + random.nextInt(chunks.size() - consent + 2); // the last: never
        Path folder = Files.createTempDirectory("undertone-feed");
        HeldQueue[] queue = {new HeldQueue(ENCODER, 1 + random.nextInt(5))};
        try (TopologyHarness tagger = new TopologyHarness(
                TestTagging.of(TestTagging.ANY_SOUND),
                TopologyHarness.rulesWithFeed(ANYTHING, 1 + random.nextInt(6), 1),
                queue[0],
                folder)) {
            for (int i = 0; i <= chunks.size(); i++) {
                if (i == consent) {
                    tagger.happens("call", CallEventType.CONSENT_GIVEN);
                }
                if (i == withdrawal) {
                    read(tagger);
                    checkKept(chunks, consent);
                    withdraw(tagger);
                }
                if (i < chunks.size()) {
                    tagger.send(chunks.get(i));
                }
                disturb(tagger, queue, random);
            }
            while (queue[0].size() > 0) {
                queue[0].answerAll();
                tagger.drain();
            }
            read(tagger);
            if (withdrawal <= chunks.size()) {
                assertThat(records).isEmpty(); // since the withdrawal
            } else {
                checkKept(chunks, consent);
                withdraw(tagger);
            }
            assertThat(tagger.stored(TaggingTopology.KEPT_STORE)).isZero();
        } finally {
            FolderTree.delete(folder);
        }
    }

    /// Each window that was tagged and has no audio from before the consent, once.
    private void checkKept(List<AudioChunk> chunks, int consent) {
        List<AudioChunk> before = chunks.subList(0, consent);
        Set<String> expected = new TreeSet<>();
        for (EmotionTag tag : tags) {
            boolean loud = tag.getCoverage() >= 0.5;
            if (loud && before.stream().noneMatch(chunk -> reaches(chunk, tag))) {
                expected.add("call/customer/" + tag.getWindowIndex());
            }
        }
        assertThat(records)
                .extracting(TestRecord::key)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(expected);
        for (TestRecord<String, TrainingEmbedding> record : records) {
            byte[] bytes = TopologyHarness.SERDES
                    .serde(TrainingEmbedding.class)
                    .serializer()
                    .serialize("training-embeddings", record.value());
            assertThat(bytes.length).isLessThan(LARGEST_RECORD_BYTES);
        }
    }

    /// @return whether audio of the chunk is in the window
    private static boolean reaches(AudioChunk chunk, EmotionTag tag) {
        long from = chunk.getFirstSample() * 1000 / TestAudio.RATE;
        long to = from + chunk.getPayload().remaining() / 2 * 1000L / TestAudio.RATE;
        return from < tag.getEndMs() && to > tag.getStartMs();
    }

    private void withdraw(TopologyHarness tagger) {
        Set<String> kept = new TreeSet<>();
        records.forEach(record -> kept.add(record.key()));
        records.clear();

        tagger.happens("call", CallEventType.WITHDRAWN);

        read(tagger);
        List<TestRecord<String, TrainingEmbedding>> deleted =
                records.stream().filter(record -> record.value() == null).toList();
        // Answers that were there before the event was read may be published before it.
        records.stream().filter(record -> record.value() != null).forEach(record -> kept.add(record.key()));
        assertThat(deleted).extracting(TestRecord::key).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(audit.getOrDefault(PolicyDecision.EMBEDDINGS_KEPT, 0L)).isEqualTo(kept.size());
        assertThat(audit.getOrDefault(PolicyDecision.EMBEDDINGS_DELETED, 0L)).isEqualTo(kept.size());
        records.clear();
    }

    private void disturb(TopologyHarness tagger, HeldQueue[] queue, Random random) {
        while (queue[0].size() > 0 && random.nextInt(3) > 0) {
            queue[0].answer(random.nextInt(queue[0].size()));
        }
        if (random.nextInt(4) == 0) {
            tagger.drain();
        }
        read(tagger);
        if (random.nextInt(20) == 0) {
            queue[0] = new HeldQueue(ENCODER, 1 + random.nextInt(5));
            tagger.restart(queue[0]);
        }
    }

    private void read(TopologyHarness tagger) {
        records.addAll(tagger.embeddings());
        tags.addAll(tagger.tags());
        for (PolicyRecord record : tagger.audit()) {
            audit.merge(record.getDecision(), record.getWindows(), Long::sum);
        }
    }
}

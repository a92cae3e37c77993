package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;

/// Whatever else happens (shuffled and doubled chunks, pauses, answers in any order and at any time, little room at the
/// encoder, restarts): no tag of a window that ends after the withdrawal, none at all once it was read, nothing scored
/// that ends before the notice, no audio left, and every chunk accounted for.
final class PolicyPropertyTest {

    private static final FakeEncoder ENCODER = TestTagging.encoder();
    private static final PolicyRules RULES = new PolicyRules(Set.of(Role.CUSTOMER), true, false);

    private static final int PADDING_SECONDS = 1;

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void shouldNeverTagAWindowThatEndsAfterAWithdrawalOrBeforeTheNotice(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<AudioChunk> chunks = shuffled(
                TestAudio.talk("call", 2 + 12 * random.nextDouble(), random.nextLong())
                        .chunks(100 + 100 * random.nextInt(5)),
                random);
        int notice = random.nextInt(chunks.size());
        int withdrawal = notice + random.nextInt(chunks.size() - notice + 1);
        Path folder = Files.createTempDirectory("undertone-policy");
        HeldQueue[] queue = {new HeldQueue(ENCODER, 1 + random.nextInt(5))};
        List<TestRecord<String, EmotionTag>> tags = new ArrayList<>();
        List<TestRecord<String, EmotionTag>> after = new ArrayList<>(); // of what came once the withdrawal was read
        List<PolicyRecord> audit = new ArrayList<>();
        try (TopologyHarness tagger = new TopologyHarness(
                TestTagging.of(TestTagging.ANY_SOUND),
                TopologyHarness.rules(RULES, 1 + random.nextInt(6)),
                queue[0],
                folder)) {
            Instant noticeAt = clock(chunks, notice);
            // The last window is padded to its full length, so it may end up to a hop after the audio.
            Instant withdrawalAt =
                    clock(chunks, withdrawal).plusSeconds(withdrawal == chunks.size() ? PADDING_SECONDS : 0);
            for (int i = 0; i <= chunks.size(); i++) {
                if (i == notice) {
                    tagger.send(event(CallEventType.NOTICE_GIVEN, noticeAt));
                }
                if (i == withdrawal) {
                    tags.addAll(tagger.tagRecords());
                    tagger.send(event(CallEventType.WITHDRAWN, withdrawalAt));
                    tags.addAll(tagger.tagRecords()); // answers that were there before the event
                }
                if (i < chunks.size()) {
                    tagger.send(chunks.get(i));
                }
                disturb(tagger, queue, random, i < withdrawal ? tags : after, audit);
            }
            queue[0].answerAll();
            tagger.drain();
            tagger.send(event(CallEventType.ERASED, withdrawalAt)); // brings the rest onto the audit

            after.addAll(tagger.tagRecords());
            assertThat(after).isEmpty();
            audit.addAll(tagger.audit());
            check(tags, noticeAt, withdrawalAt);
            assertThat(tagger.storedChunks()).isZero();
            assertThat(tagger.dead()).isEmpty();
            assertThat(accounted(audit) + tagger.counters().duplicates()).isEqualTo(chunks.size());
            assertThat(tagger.counters().blockedChunks())
                    .isEqualTo(accounted(audit) - count(audit, PolicyDecision.SCORED));
        } finally {
            FolderTree.delete(folder);
        }
    }

    /// Two customers of one call, one of whom withdraws: the other one's tags are what they would have been anyway.
    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void shouldStopTheChannelThatWithdrewAndNoOther(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TestAudio voice = TestAudio.talk("call", 4 + 6 * random.nextDouble(), random.nextLong());
        List<AudioChunk> left = shuffled(voice.as("left", Role.CUSTOMER).chunks(250), random);
        List<AudioChunk> right = shuffled(voice.as("right", Role.CUSTOMER).chunks(250), random);
        int withdrawal = random.nextInt(left.size());
        List<EmotionTag> before = new ArrayList<>();
        List<EmotionTag> after = new ArrayList<>();
        Path folder = Files.createTempDirectory("undertone-policy");
        HeldQueue[] queue = {new HeldQueue(ENCODER, 1 + random.nextInt(5))};
        try (TopologyHarness tagger = harness(queue[0], 1 + random.nextInt(6), folder)) {
            tagger.send(event(CallEventType.NOTICE_GIVEN, TestAudio.CALL_START));
            for (int i = 0; i < left.size(); i++) {
                if (i == withdrawal) {
                    tagger.send(new CallEvent("call", CallEventType.WITHDRAWN, clock(left, i), "left", null));
                    before.addAll(tagger.tags()); // also answers that were there before the event
                }
                tagger.send(left.get(i));
                tagger.send(right.get(i));
                answerAndRestart(tagger, queue, random, i < withdrawal ? before : after);
            }
            for (int round = 0; round < 100 && tagger.storedChunks() > 0; round++) {
                queue[0].answerAll();
                tagger.drain(); // makes room for what was not taken yet
            }
            after.addAll(tagger.tags());
            assertThat(tagger.storedChunks()).isZero();
        } finally {
            FolderTree.delete(folder);
        }
        assertThat(after).extracting(EmotionTag::getChannel).containsOnly("right");
        Instant end = clock(left, withdrawal);
        assertThat(before)
                .filteredOn(tag -> tag.getChannel().equals("left"))
                .allMatch(
                        tag -> !TestAudio.CALL_START.plusMillis(tag.getEndMs()).isAfter(end));
        assertThat(checksum(Stream.concat(before.stream(), after.stream())
                        .filter(tag -> tag.getChannel().equals("right"))))
                .isEqualTo(undisturbed(right));
    }

    private static TagChecksum undisturbed(List<AudioChunk> chunks) throws IOException {
        Path folder = Files.createTempDirectory("undertone-policy");
        try (TopologyHarness tagger = harness(new DirectQueue(ENCODER), 64, folder)) {
            tagger.send(event(CallEventType.NOTICE_GIVEN, TestAudio.CALL_START));
            tagger.sendAll(chunks);
            tagger.drain();
            return checksum(tagger.tags().stream());
        } finally {
            FolderTree.delete(folder);
        }
    }

    private static TagChecksum checksum(Stream<EmotionTag> tags) {
        TagChecksum checksum = new TagChecksum();
        tags.forEach(checksum::add);
        return checksum;
    }

    private static TopologyHarness harness(EncodeQueue queue, int pendingBound, Path folder) {
        return new TopologyHarness(
                TestTagging.of(TestTagging.ANY_SOUND), TopologyHarness.rules(RULES, pendingBound), queue, folder);
    }

    private static void answerAndRestart(
            TopologyHarness tagger, HeldQueue[] queue, Random random, List<EmotionTag> tags) {
        while (queue[0].size() > 0 && random.nextInt(3) > 0) {
            queue[0].answer(random.nextInt(queue[0].size()));
        }
        if (random.nextInt(3) == 0) {
            tagger.drain();
        }
        tags.addAll(tagger.tags());
        if (random.nextInt(20) == 0) {
            queue[0] = new HeldQueue(ENCODER, 1 + random.nextInt(5));
            tagger.restart(queue[0]);
        }
    }

    private static void check(List<TestRecord<String, EmotionTag>> tags, Instant noticeAt, Instant withdrawalAt) {
        for (TestRecord<String, EmotionTag> tag : tags) {
            assertThat(tag.getRecordTime()).isBeforeOrEqualTo(withdrawalAt);
            if (tag.value().getAbstained() == null) {
                assertThat(tag.getRecordTime()).isAfter(noticeAt);
            }
        }
    }

    /// Answers, drains, pauses and restarts, now and then.
    private static void disturb(
            TopologyHarness tagger,
            HeldQueue[] queue,
            Random random,
            List<TestRecord<String, EmotionTag>> tags,
            List<PolicyRecord> audit) {
        while (queue[0].size() > 0 && random.nextInt(3) > 0) {
            queue[0].answer(random.nextInt(queue[0].size()));
        }
        if (random.nextInt(4) == 0) {
            tagger.drain();
        }
        if (random.nextInt(15) == 0) {
            tagger.happens("call", random.nextBoolean() ? CallEventType.PAUSED : CallEventType.RESUMED);
        }
        if (random.nextInt(20) == 0) {
            tags.addAll(tagger.tagRecords());
            audit.addAll(tagger.audit());
            queue[0] = new HeldQueue(ENCODER, 1 + random.nextInt(5));
            tagger.restart(queue[0]);
        }
        tags.addAll(tagger.tagRecords());
        audit.addAll(tagger.audit());
    }

    /// When the event happens that is read before the chunk at `position`: at the end of all audio that was read.
    private static Instant clock(List<AudioChunk> chunks, int position) {
        return chunks.subList(0, position).stream()
                .map(AudioChunk::getCapturedAt)
                .max(Instant::compareTo)
                .orElse(TestAudio.CALL_START);
    }

    /// Neighbours swapped, some doubled. The end of the stream stays last.
    static List<AudioChunk> shuffled(List<AudioChunk> chunks, Random random) {
        List<AudioChunk> shuffled = new ArrayList<>(chunks);
        for (int i = 0; i + 2 < shuffled.size(); i += 2) {
            if (random.nextInt(4) == 0) {
                Collections.swap(shuffled, i, i + 1);
            }
        }
        return shuffled;
    }

    private static long accounted(List<PolicyRecord> audit) {
        return audit.stream().mapToLong(PolicyRecord::getChunks).sum();
    }

    private static long count(List<PolicyRecord> audit, PolicyDecision decision) {
        TreeMap<PolicyDecision, Long> counts = new TreeMap<>();
        audit.forEach(record -> counts.merge(record.getDecision(), record.getChunks(), Long::sum));
        return counts.getOrDefault(decision, 0L);
    }

    private static CallEvent event(CallEventType type, Instant at) {
        return new CallEvent("call", type, at, null, null);
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;

/// Among a thousand malformed records of every kind a call goes on as if there were none, and all of them are told.
/// jqwik prints the seed.
final class MalformedRecordsTest {

    private static final Tagging TAGGING = TestTagging.of(TestTagging.ANY_SOUND);
    private static final FakeEncoder ENCODER = TestTagging.encoder();
    private static final int RECORDS = 1000;

    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void shouldNotHarmACallThatGoesOn(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MalformedRecords malformed = new MalformedRecords(random);
        TestAudio call = TestAudio.talk("call", 50, seed);
        List<AudioChunk> chunks = call.chunks(250);
        List<MalformedRecords.Kind> kinds = malformed.kinds(RECORDS);
        Path folder = Files.createTempDirectory("undertone-malformed");
        Map<String, Long> offsets = new HashMap<>(Map.of("audio-chunks", 0L, "call-events", 0L, "prompt-banks", 0L));
        Set<String> expected = new HashSet<>();
        int banks = 0;
        TopologyHarness tagger =
                new TopologyHarness(TAGGING, TopologyHarness.rules(), new DirectQueue(ENCODER), folder);
        try (tagger) {
            for (int i = 0; i < chunks.size(); i++) {
                AudioChunk next = chunks.get(i);
                for (MalformedRecords.Kind kind : share(kinds, i, chunks.size())) {
                    MalformedRecords.Malformed record = malformed.next(kind, next);
                    long offset = offsets.merge(kind.topic(), 1L, Long::sum) - 1;
                    if (kind.isCertain()) {
                        expected.add(kind.topic() + "@" + offset + " " + kind);
                    }
                    banks += send(tagger, record, random) ? 1 : 0;
                }
                offsets.merge("audio-chunks", 1L, Long::sum);
                tagger.send(next);
            }
            tagger.drain();

            expected.removeIf(record -> record.startsWith("prompt-banks"));
            List<TestRecord<String, DeadChunk>> dead = tagger.deadRecords();
            Set<String> found = new HashSet<>();
            dead.forEach(record -> found.add(place(record.value())));
            assertThat(expected)
                    .filteredOn(record -> !found.contains(record.substring(0, record.indexOf(' '))))
                    .isEmpty();
            assertThat(found).hasSameSizeAs(dead);
            assertThat(tagger.counters().banksRefused()).isEqualTo(banks);
            assertThat(dead).allSatisfy(MalformedRecordsTest::checkSize);
            assertThat(checksum(tagger.tags())).isEqualTo(whole(call));
        } finally {
            FolderTree.delete(folder);
        }
    }

    /// @return whether it was a bank
    private static boolean send(TopologyHarness tagger, MalformedRecords.Malformed record, Random random) {
        switch (record.kind().topic()) {
            case "audio-chunks" ->
                tagger.sendBytes(
                        record.key(),
                        record.value(),
                        random.nextInt(10) == 0
                                ? Instant.ofEpochMilli(random.nextLong(1L << 45))
                                : TestAudio.CALL_START);
            case "call-events" -> tagger.sendEvent(record.key(), record.value());
            default -> {
                tagger.putBank(record.key(), record.value());
                return true;
            }
        }
        return false;
    }

    private static List<MalformedRecords.Kind> share(List<MalformedRecords.Kind> kinds, int part, int parts) {
        // The first chunk comes before all of them: what a channel may not be is decided by how it began.
        return part == 0
                ? List.of()
                : kinds.subList(kinds.size() * (part - 1) / (parts - 1), kinds.size() * part / (parts - 1));
    }

    private static String place(DeadChunk dead) {
        return dead.getSourceTopic() + "@" + dead.getSourceOffset();
    }

    /// No dead letter may be too large for its topic, whatever was sent, or hold what should not be told.
    private static void checkSize(TestRecord<String, DeadChunk> dead) {
        int key = dead.key() == null ? 0 : dead.key().length();
        assertThat(key + dead.value().toString().length()).isLessThan(4000);
    }

    private static TagChecksum whole(TestAudio call) {
        TagChecksum checksum = new TagChecksum();
        CallTraffic.fileTags(call, TAGGING, ENCODER).forEach(checksum::add);
        return checksum;
    }

    private static TagChecksum checksum(List<EmotionTag> tags) {
        TagChecksum checksum = new TagChecksum();
        tags.stream().filter(tag -> tag.getCallId().equals("call")).forEach(checksum::add);
        return checksum;
    }
}

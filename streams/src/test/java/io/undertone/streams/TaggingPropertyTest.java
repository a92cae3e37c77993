package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.EmotionTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// Whatever happens between the gateway and the tags, the tags are those of the file tagger, which reads the audio in
/// one piece: calls cut anywhere, chunks shuffled within the grace and doubled, answers of the encoder in any order and
/// at any time, little room at the encoder, and restarts at any point.
final class TaggingPropertyTest {

    private static final Tagging TAGGING = TestTagging.of(TestTagging.ANY_SOUND);
    private static final FakeEncoder ENCODER = TestTagging.encoder();

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void shouldGiveTheTagsOfTheFileTagger(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TestAudio first = TestAudio.talk("first", 0.1 + 11 * random.nextDouble(), random.nextLong());
        TestAudio second = TestAudio.talk("second", 0.1 + 11 * random.nextDouble(), random.nextLong());
        Path folder = Files.createTempDirectory("undertone-property");
        try {
            List<EmotionTag> tags =
                    run(interleaved(disturbed(first, random), disturbed(second, random), random), random, folder);

            assertThat(checksum(tags, "first")).isEqualTo(expected(first));
            assertThat(checksum(tags, "second")).isEqualTo(expected(second));
        } finally {
            FolderTree.delete(folder);
        }
    }

    private static List<EmotionTag> run(List<AudioChunk> chunks, Random random, Path folder) {
        List<EmotionTag> tags = new ArrayList<>();
        HeldQueue queue = queue(random);
        ChannelRules rules = TopologyHarness.rulesWithBound(1 + random.nextInt(6));
        try (TopologyHarness tagger = new TopologyHarness(TAGGING, rules, queue, folder)) {
            for (AudioChunk chunk : chunks) {
                tagger.send(chunk);
                while (queue.size() > 0 && random.nextInt(3) > 0) {
                    queue.answer(random.nextInt(queue.size()));
                }
                if (random.nextInt(4) == 0) {
                    tagger.drain();
                }
                if (random.nextInt(25) == 0) {
                    tags.addAll(tagger.tags());
                    queue = queue(random);
                    tagger.restart(queue);
                }
            }
            for (int i = 0; i < 40; i++) {
                queue.answerAll();
                tagger.drain();
            }
            tags.addAll(tagger.tags());
            assertThat(tagger.dead()).isEmpty();
            assertThat(tagger.storedChunks()).isZero();
        }
        return tags;
    }

    private static HeldQueue queue(Random random) {
        return new HeldQueue(ENCODER, 1 + random.nextInt(5));
    }

    /// Cut anywhere, shuffled so that no chunk comes after audio that ends 2 s behind it, some doubled.
    private static List<AudioChunk> disturbed(TestAudio audio, Random random) {
        List<Integer> cuts = new ArrayList<>();
        int length = audio.samples().length;
        for (int at = 1 + random.nextInt(12_000); at < length; at += 1 + random.nextInt(12_000)) {
            cuts.add(at);
        }
        List<AudioChunk> chunks = audio.cutAt(cuts);
        List<AudioChunk> disturbed = new ArrayList<>();
        for (int from = 0; from < chunks.size(); ) {
            int to = from + 1;
            long start = chunks.get(from).getFirstSample();
            while (to < chunks.size() && end(chunks.get(to)) - start < 1.5 * TestAudio.RATE) {
                to++;
            }
            List<AudioChunk> group = new ArrayList<>(chunks.subList(from, to));
            Collections.shuffle(group, random);
            disturbed.addAll(group);
            from = to;
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            int original = random.nextInt(disturbed.size());
            int copy = original + 1 + random.nextInt(disturbed.size() - original);
            disturbed.add(copy, disturbed.get(original));
        }
        return disturbed;
    }

    private static long end(AudioChunk chunk) {
        return chunk.getFirstSample() + chunk.getPayload().remaining() / 2;
    }

    private static List<AudioChunk> interleaved(List<AudioChunk> first, List<AudioChunk> second, Random random) {
        List<AudioChunk> all = new ArrayList<>();
        while (!first.isEmpty() || !second.isEmpty()) {
            boolean fromFirst = second.isEmpty() || (!first.isEmpty() && random.nextBoolean());
            all.add((fromFirst ? first : second).removeFirst());
        }
        return all;
    }

    private static TagChecksum expected(TestAudio audio) {
        TagChecksum checksum = new TagChecksum();
        CallTraffic.fileTags(audio, TAGGING, ENCODER).forEach(checksum::add);
        assertThat(checksum.count()).isPositive();
        return checksum;
    }

    private static TagChecksum checksum(List<EmotionTag> tags, String callId) {
        TagChecksum checksum = new TagChecksum();
        tags.stream().filter(tag -> tag.getCallId().equals(callId)).forEach(checksum::add);
        return checksum;
    }
}

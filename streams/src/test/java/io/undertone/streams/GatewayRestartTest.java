package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionTag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that is started anew in the middle of a call and counts from 0 again. Its audio is that of one call of
/// 20 s, so what the tags must be is known: those of the file tagger, which hears it in one piece.
@Timeout(60)
final class GatewayRestartTest {

    private static final Tagging TAGGING = TestTagging.of(TestTagging.ANY_SOUND);
    private static final int CUT = 9 * TestAudio.RATE;
    private static final Duration AWAY = Duration.ofSeconds(4);

    @TempDir
    Path folder;

    private final FakeEncoder encoder = TestTagging.encoder();
    private final TestAudio call = TestAudio.talk("call", 20, 5);
    private TopologyHarness tagger;

    @BeforeEach
    void open() {
        tagger = new TopologyHarness(TAGGING, TopologyHarness.rules(), new DirectQueue(encoder), folder);
    }

    @AfterEach
    void close() {
        tagger.close();
    }

    @Test
    void shouldGoOnWithTheChannel() {
        tagger.sendAll(before());
        tagger.sendAll(after(AWAY));

        assertThat(checksum()).isEqualTo(whole());
        assertThat(tagger.counters().restarts()).isEqualTo(1);
        assertThat(tagger.counters().duplicates()).isZero();
        assertThat(tagger.dead()).isEmpty();
    }

    @Test
    void shouldGoOnWhateverOrderItsChunksComeIn() {
        List<AudioChunk> after = after(AWAY);
        Collections.swap(after, 0, 2);
        Collections.swap(after, 5, 9);
        after.add(4, after.get(1));
        after.add(12, after.get(0));

        tagger.sendAll(before());
        tagger.sendAll(after);

        assertThat(checksum()).isEqualTo(whole());
        assertThat(tagger.counters().restarts()).isEqualTo(1);
        assertThat(tagger.counters().duplicates()).isEqualTo(2);
    }

    @Test
    void shouldRememberItOverARestartOfTheTagger() {
        List<EmotionTag> tags = new ArrayList<>();
        for (List<AudioChunk> part :
                List.of(before(), after(AWAY).subList(0, 5), after(AWAY).subList(4, 22))) {
            tagger.sendAll(part);
            tagger.drain();
            tags.addAll(tagger.tags());
            tagger.restart(new DirectQueue(encoder));
        }
        tagger.sendAll(after(AWAY).subList(20, 22));
        tags.addAll(tagger.tags());

        assertThat(checksum(tags)).isEqualTo(whole());
    }

    @Test
    void shouldGoOnAgainAndAgain() {
        List<AudioChunk> chunks = call.chunks(500);
        for (int life = 0; life < 8; life++) {
            for (int i = 0; i < 5; i++) {
                AudioChunk chunk = chunks.get(5 * life + i);
                tagger.send(AudioChunk.newBuilder(chunk)
                        .setSequence(i)
                        .setFirstSample(i * 8000L)
                        .setCapturedAt(chunk.getCapturedAt().plus(AWAY.multipliedBy(life)))
                        .build());
            }
        }

        assertThat(checksum()).isEqualTo(whole());
        assertThat(tagger.counters().restarts()).isEqualTo(7);
    }

    @Test
    void shouldNotWaitForWhatTheGatewayLostWhenItDied() {
        List<AudioChunk> before = before();
        before.remove(15); // 7.5 s to 8 s; three chunks wait behind the gap

        tagger.sendAll(before);
        tagger.sendAll(after(AWAY));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).extracting(EmotionTag::getWindowIndex).isEqualTo(indices(18));
        assertThat(tags).filteredOn(tag -> tag.getCoverage() < 1).hasSize(3);
    }

    @Test
    void shouldTakeWhatWasOnlySentAgainForARepetition() {
        List<AudioChunk> chunks = call.chunks(500);
        chunks.add(10, chunks.get(0));
        chunks.add(20, chunks.get(7));

        tagger.sendAll(chunks);

        assertThat(checksum()).isEqualTo(whole());
        assertThat(tagger.counters().duplicates()).isEqualTo(2);
        assertThat(tagger.counters().restarts()).isZero();
    }

    @Test
    void shouldTakeTheSameAudioWithAnotherClockForARepetition() {
        List<AudioChunk> chunks = call.chunks(500);
        AudioChunk first = chunks.getFirst();
        chunks.add(
                3,
                AudioChunk.newBuilder(first)
                        .setCapturedAt(first.getCapturedAt().plusSeconds(7))
                        .build());

        tagger.sendAll(chunks);

        assertThat(checksum()).isEqualTo(whole());
        assertThat(tagger.counters().restarts()).isZero();
    }

    @Test
    void shouldNotTakeAClockThatJumpsForAGatewayThatBeganAgain() {
        for (long jumpSeconds : List.of(600L, -600L, 86_400L, -86_400L)) {
            List<AudioChunk> chunks = call.chunks(500);
            for (int i = 12; i < 24; i++) {
                chunks.set(i, shifted(chunks.get(i), Duration.ofSeconds(jumpSeconds)));
            }
            chunks.add(14, chunks.get(9));
            chunks.add(16, chunks.get(13));
            chunks.add(28, chunks.get(20));
            chunks.add(30, chunks.get(2));
            Collections.swap(chunks, 11, 13);

            chunks.forEach(chunk -> tagger.send(
                    AudioChunk.newBuilder(chunk).setCallId("call" + jumpSeconds).build()));

            assertThat(checksum()).isEqualTo(whole());
            assertThat(tagger.counters().restarts()).isZero();
            assertThat(tagger.dead()).isEmpty();
        }
    }

    @Test
    void shouldPutAsideWhatTheGatewayBeforeStillSends() {
        List<AudioChunk> before = before();
        AudioChunk straggler = before.removeLast();

        tagger.sendAll(before);
        tagger.sendAll(after(AWAY).subList(0, 3));
        tagger.send(straggler);
        tagger.sendAll(after(AWAY).subList(3, 22));

        assertThat(tagger.dead()).singleElement().satisfies(dead -> {
            assertThat(dead.getReason()).isEqualTo("LATE");
            assertThat(dead.getSequence()).isEqualTo(17);
            assertThat(dead.getDetail()).isEqualTo("sequence 17 was captured before the gateway began again");
        });
    }

    @Test
    void shouldPutAsideWhatComesAfterTheChannelHasEnded() {
        List<AudioChunk> before = before();
        before.add(
                AudioChunk.newBuilder(before.removeLast()).setEndOfStream(true).build());

        tagger.sendAll(before);
        tagger.sendAll(after(AWAY).subList(0, 3));
        tagger.sendAll(before.subList(0, 3));

        assertThat(tagger.dead())
                .extracting(DeadChunk::getReason, DeadChunk::getDetail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "LATE", "the channel had ended before the gateway began again with sequence 0"),
                        org.assertj.core.groups.Tuple.tuple(
                                "LATE", "the channel had ended before the gateway began again with sequence 1"),
                        org.assertj.core.groups.Tuple.tuple(
                                "LATE", "the channel had ended before the gateway began again with sequence 2"));
        assertThat(tagger.counters().duplicates()).isEqualTo(3);
    }

    /// 9 s in 18 chunks.
    private List<AudioChunk> before() {
        return new ArrayList<>(call.chunks(500).subList(0, 18));
    }

    /// The other 11 s in 22 chunks, counted from 0.
    private List<AudioChunk> after(Duration away) {
        List<AudioChunk> after = new ArrayList<>();
        for (AudioChunk chunk : call.chunks(500).subList(18, 40)) {
            after.add(AudioChunk.newBuilder(shifted(chunk, away))
                    .setSequence(chunk.getSequence() - 18)
                    .setFirstSample(chunk.getFirstSample() - CUT)
                    .build());
        }
        return after;
    }

    private static AudioChunk shifted(AudioChunk chunk, Duration by) {
        return AudioChunk.newBuilder(chunk)
                .setCapturedAt(chunk.getCapturedAt().plus(by))
                .build();
    }

    private TagChecksum whole() {
        TagChecksum checksum = new TagChecksum();
        CallTraffic.fileTags(call, TAGGING, encoder).forEach(checksum::add);
        return checksum;
    }

    private TagChecksum checksum() {
        tagger.drain();
        return checksum(tagger.tags());
    }

    private static TagChecksum checksum(List<EmotionTag> tags) {
        TagChecksum checksum = new TagChecksum();
        tags.forEach(checksum::add);
        return checksum;
    }

    private static List<Long> indices(int count) {
        List<Long> indices = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            indices.add(i);
        }
        return indices;
    }
}

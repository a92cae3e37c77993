package io.undertone.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.window.BadChunk.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The rules one by one, on 100 ms chunks of 8 kHz mu-law and windows of 1 s every 0.5 s.
class ChannelWindowerTest {

    private static final int CHUNK = 800;
    private static final AudioFormat MULAW = new AudioFormat(Codec.PCM_MULAW, 8_000);
    private static final WindowSpec SPEC = new WindowSpec(16_000, 16_000, 8_000);
    private static final WindowingLimits LIMITS = WindowingLimits.defaults();

    private final ChannelWindower windower = ChannelWindower.start(SPEC, LIMITS);

    @Test
    void shouldGiveAWindowOnceItsLastChunkArrives() {
        offer(0, 9);
        assertThat(windower.next()).isNull();
        assertThat(windower.offer(chunk(9))).isEqualTo(new Admission.Accepted());
        Window window = given();
        assertThat(window.index()).isZero();
        assertThat(window.samples()).hasSize(16_000);
        assertThat(window.quality().coverage()).isEqualTo(1);
        assertThat(window.quality().partial()).isFalse();
        assertThat(windower.next()).isNull();
    }

    @Test
    void shouldPadAndMarkTheLastWindowOfAStream() {
        offer(0, 12);
        windower.offer(last(12));
        assertThat(indices()).containsExactly(0L, 1L);
        assertThat(windower.finished()).isTrue();
        assertThat(windower.waiting()).isFalse();
    }

    @Test
    void shouldGiveOnePaddedWindowForAStreamShorterThanAWindow() {
        windower.offer(chunk(0));
        windower.offer(last(1));
        Window window = given();
        assertThat(window.quality().partial()).isTrue();
        assertThat(window.quality().coverage()).isEqualTo(0.2);
        assertThat(Arrays.copyOfRange(window.samples(), 3_300, 16_000)).isEqualTo(new float[12_700]);
        assertThat(windower.next()).isNull();
    }

    @Test
    void shouldGiveNoPartialWindowWhenTheStreamEndsWithAFullOne() {
        offer(0, 10);
        windower.offer(Chunk.of(10, 10L * CHUNK, 0, MULAW, new byte[0], true));
        assertThat(indices()).containsExactly(0L);
        assertThat(windower.finished()).isTrue();
    }

    @Test
    void shouldEndAnIdleStream() {
        offer(0, 3);
        windower.offer(chunk(4));
        windower.endStream();
        Window window = given();
        assertThat(window.quality().coverage()).isEqualTo(0.4);
        assertThat(windower.finished()).isTrue();
        assertRefused(chunk(5), Reason.LATE, "sequence 5 came after the stream had ended");
    }

    @Test
    void shouldWaitForAMissingChunkUntilTheGraceHasPassedInAudioTime() {
        offer(0, 5);
        offer(6, 26); // up to 2.0 s after the end of the gap at 0.6 s
        assertThat(windower.next()).isNull();
        assertThat(windower.holdsChunks()).isTrue();
        windower.offer(chunk(26));
        assertThat(windower.holdsChunks()).isFalse();
        Window window = given();
        assertThat(window.quality().coverage()).isEqualTo(0.9);
        assertThat(Arrays.copyOfRange(window.samples(), 8_100, 9_500)).isEqualTo(new float[1_400]);
        assertThat(windower.cursor().counts().filledSamples()).isEqualTo(CHUNK);
    }

    @Test
    void shouldRefuseAChunkWhosePlaceWasFilled() {
        offer(0, 5);
        windower.offer(chunk(6));
        windower.closeGaps();
        assertRefused(chunk(5), Reason.LATE, "sequence 5 came after its place was filled with silence; next is 7");
        assertThat(windower.offer(chunk(4))).isEqualTo(new Admission.Duplicate());
        assertThat(windower.cursor().counts()).isEqualTo(new ChannelCursor.Counts(1, 1, CHUNK));
    }

    @Test
    void shouldFillAPauseOfTheCaptureAtOnce() {
        offer(0, 5);
        windower.offer(Chunk.of(5, 8L * CHUNK, CHUNK, MULAW, new byte[CHUNK], false));
        windower.offer(Chunk.of(6, 9L * CHUNK, CHUNK, MULAW, new byte[CHUNK], false));
        Window window = given();
        assertThat(window.quality().coverage()).isEqualTo(0.7);
    }

    @Test
    void shouldSkipWindowsInsideALongGapAndKeepTheIndices() {
        offer(0, 10);
        long later = 100L * 8_000; // 100 s
        for (int i = 0; i < 10; i++) {
            windower.offer(Chunk.of(10 + i, later + (long) i * CHUNK, CHUNK, MULAW, new byte[CHUNK], false));
        }
        // The gap is [1 s, 100 s): window 1 hears its start, window 199 (from 99.5 s) its end.
        assertThat(indices()).containsExactly(0L, 1L, 199L, 200L);
    }

    @Test
    void shouldLetAChannelStartLate() {
        long join = 40L * 8_000;
        for (int i = 0; i < 31; i++) {
            windower.offer(Chunk.of(400 + i, join + (long) i * CHUNK, CHUNK, MULAW, new byte[CHUNK], false));
        }
        assertThat(indices()).startsWith(79L, 80L);
        assertThat(windower.offer(chunk(3))).isInstanceOf(Admission.Refused.class);
    }

    @Test
    void shouldFillAShortMissingHeadWithSilence() {
        offer(5, 31);
        Window window = given();
        assertThat(window.index()).isZero();
        assertThat(window.quality().coverage()).isEqualTo(0.5);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        offer(0, 3);
        assertRefused(Chunk.of(-1, 0, 1, MULAW, new byte[1], false), Reason.SEQUENCE_OUT_OF_RANGE, "-1, 0");
        assertRefused(Chunk.of(3, -5, 1, MULAW, new byte[1], false), Reason.SEQUENCE_OUT_OF_RANGE, "3, -5");
        assertRefused(
                Chunk.of(10_004, 9_999_999, 1, MULAW, new byte[1], false),
                Reason.SEQUENCE_OUT_OF_RANGE,
                "more than 10000 ahead of 3");
        assertRefused(
                Chunk.of(3, Long.MAX_VALUE / 2, 1, MULAW, new byte[1], false),
                Reason.SEQUENCE_OUT_OF_RANGE,
                "more than a day after sample 2400");
        assertRefused(
                Chunk.of(9_000, 2_500, 1, MULAW, new byte[1], false),
                Reason.SEQUENCE_OUT_OF_RANGE,
                "leaves no room for the chunks since sequence 2");
        assertRefused(
                Chunk.of(3, 2_399, 800, MULAW, new byte[800], false),
                Reason.OVERLAP,
                "sequence 3 has samples 2399 to 3199; its place is at or after 2400");
        assertRefused(Chunk.of(3, 2_400, 0, MULAW, new byte[0], false), Reason.EMPTY_PAYLOAD, "payload is empty");
        assertRefused(
                Chunk.of(3, 2_400, 1 << 21, MULAW, new byte[1 << 21], false),
                Reason.OVERSIZED_PAYLOAD,
                "payload of 2097152 bytes; at most 1048576");
        assertRefused(
                Chunk.of(3, 2_400, 400, new AudioFormat(Codec.PCM_S16LE, 8_000), new byte[800], false),
                Reason.FORMAT_CHANGED,
                "the channel began with");
        assertRefused(
                Chunk.of(3, 2_400, 799, MULAW, new byte[800], false),
                Reason.UNDECODABLE_PAYLOAD,
                "payload holds 800 samples, not 799");
        assertThat(windower.offer(chunk(3))).isEqualTo(new Admission.Accepted()); // the channel goes on
    }

    @Test
    void shouldRefuseAChunkThatOverlapsOneThatIsHeld() {
        offer(0, 1);
        windower.offer(chunk(3));
        assertRefused(
                Chunk.of(2, 2L * CHUNK, CHUNK + 1, MULAW, new byte[CHUNK + 1], false),
                Reason.OVERLAP,
                "its place is 800 to 2400");
        windower.offer(last(5));
        assertRefused(chunk(6), Reason.SEQUENCE_OUT_OF_RANGE, "behind the end of the stream");
        assertRefused(
                Chunk.of(4, 4L * CHUNK, CHUNK, MULAW, new byte[CHUNK], true),
                Reason.SEQUENCE_OUT_OF_RANGE,
                "behind the end of the stream");
    }

    @Test
    void shouldRefuseHalfASample() {
        assertRefused(
                Chunk.of(0, 0, 1, new AudioFormat(Codec.PCM_S16LE, 8_000), new byte[3], false),
                Reason.UNDECODABLE_PAYLOAD,
                "ends with half a sample");
    }

    @Test
    void shouldLetAWildFirstChunkNotSetTheFormat() {
        assertRefused(
                Chunk.of(5, 1, 1, new AudioFormat(Codec.PCM_ALAW, 8_000), new byte[1], false),
                Reason.SEQUENCE_OUT_OF_RANGE,
                "leaves no room");
        assertThat(windower.offer(chunk(0))).isEqualTo(new Admission.Accepted());
    }

    @Test
    void shouldMeasureClipping() {
        float[] loud = new float[8_000];
        for (int i = 0; i < loud.length; i++) {
            loud[i] = i < 4_000 ? 1 : 0.2f;
        }
        windower.offer(
                Chunk.of(0, 0, 8_000, MULAW, PayloadEncoder.encodePcm(Codec.PCM_MULAW, loud, 0, loud.length), false));
        Window window = given();
        assertThat(window.quality().clipping()).isEqualTo(0.5, within(0.01));
    }

    @Test
    void shouldNeedOnlyTheChunksOfWindowsNotConfirmed() {
        offer(0, 40);
        assertThat(indices()).hasSize(7);
        assertThat(windower.firstNeededSequence(windower.cursor())).isZero();
        ChannelCursor cursor = windower.cursorAfter(5);
        assertThat(cursor.nextWindow()).isEqualTo(6);
        // Window 6 starts at 3.0 s; the resampler wants 33 samples before.
        assertThat(windower.firstNeededSequence(cursor)).isEqualTo(29);
        assertThatThrownBy(() -> windower.cursorAfter(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("windowIndex must be of a window that was given, less than 7: 7");
    }

    @Test
    void shouldHoldNoMoreThanTheGraceAndAChunkBehindGaps() {
        int accepted = 0;
        for (int i = 1; i < 2_000; i += 2) { // every second chunk is lost
            if (windower.offer(chunk(i)) instanceof Admission.Accepted) {
                accepted++;
            }
            ChannelCursor cursor = windower.cursor();
            assertThat(i - cursor.nextSequence()).isLessThanOrEqualTo(22);
            assertThat(cursor.toBytes().length).isLessThan(200);
            for (Window window = windower.next(); window != null; window = windower.next()) {
                windower.cursorAfter(window.index());
            }
        }
        assertThat(accepted).isEqualTo(1_000);
    }

    @Test
    void shouldPinItsLimits() {
        assertThat(WindowingLimits.defaults())
                .isEqualTo(new WindowingLimits(Duration.ofSeconds(2), 1_048_576, Duration.ofSeconds(30), 10_000));
    }

    private void offer(int from, int to) {
        for (int sequence = from; sequence < to; sequence++) {
            assertThat(windower.offer(chunk(sequence))).isEqualTo(new Admission.Accepted());
        }
    }

    private Window given() {
        return Objects.requireNonNull(windower.next());
    }

    private List<Long> indices() {
        List<Long> indices = new ArrayList<>();
        for (Window window = windower.next(); window != null; window = windower.next()) {
            indices.add(window.index());
        }
        return indices;
    }

    private void assertRefused(Chunk chunk, Reason reason, String detail) {
        assertThat(windower.offer(chunk)).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.why().reason()).isEqualTo(reason);
            assertThat(refused.why().detail()).contains(detail);
        });
    }

    private static Chunk chunk(int sequence) {
        return chunk(sequence, false);
    }

    private static Chunk last(int sequence) {
        return chunk(sequence, true);
    }

    private static Chunk chunk(int sequence, boolean endOfStream) {
        byte[] payload = new byte[CHUNK];
        new Random(sequence).nextBytes(payload);
        return Chunk.of(sequence, (long) sequence * CHUNK, CHUNK, MULAW, payload, endOfStream);
    }
}

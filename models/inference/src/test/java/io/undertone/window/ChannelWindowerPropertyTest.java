package io.undertone.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/// Whatever happens to the chunks on their way, the windows are those of [PlainWindows], bit by bit.
class ChannelWindowerPropertyTest {

    private static final WindowSpec SPEC = new WindowSpec(16_000, 16_000, 6_400); // 1 s every 0.4 s
    private static final WindowingLimits LIMITS =
            new WindowingLimits(Duration.ofSeconds(1), 1 << 20, Duration.ofSeconds(3), 100_000);

    @Provide
    Arbitrary<AudioFormat> formats() {
        return Arbitraries.of(
                new AudioFormat(Codec.PCM_MULAW, 8_000),
                new AudioFormat(Codec.PCM_ALAW, 8_000),
                new AudioFormat(Codec.PCM_S16LE, 8_000),
                new AudioFormat(Codec.PCM_S16LE, 16_000),
                new AudioFormat(Codec.PCM_S16LE, 22_050),
                new AudioFormat(Codec.PCM_S16LE, 44_100),
                new AudioFormat(Codec.PCM_S16LE, 48_000),
                new AudioFormat(Codec.OPUS, 8_000),
                new AudioFormat(Codec.OPUS, 16_000),
                new AudioFormat(Codec.OPUS, 48_000));
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void cutsOrderAndDuplicatesDoNotChangeWindows(@ForAll("formats") AudioFormat format, @ForAll long seed) {
        Random random = new Random(seed);
        Calls.Coded coded = coded(format, random, 4_500);
        List<Chunk> chunks = Calls.cut(coded, 400, random);
        SortedMap<Long, Window> expected = PlainWindows.of(SPEC, chunks, 3L * format.sampleRateHz());

        Run run = new Run(ChannelWindower.start(SPEC, LIMITS));
        List<Chunk> sent = Calls.disturbed(chunks, format.sampleRateHz() - 1L, random);
        run.offerAll(sent);

        assertSame(run.windows, expected);
        assertThat(run.windower.finished()).isTrue();
        assertThat(run.windower.cursor().counts().duplicates()).isEqualTo(sent.size() - chunks.size());
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void lostChunksAndPausesBecomeSilence(@ForAll("formats") AudioFormat format, @ForAll long seed) {
        Random random = new Random(seed);
        List<Chunk> chunks = withPauses(format, Calls.cut(coded(format, random, 5_000), 300, random), random);
        List<Chunk> kept = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (random.nextInt(6) != 0 || chunk.endOfStream()) {
                kept.add(chunk);
            }
        }
        Run run = new Run(ChannelWindower.start(SPEC, LIMITS));
        run.offerAll(Calls.disturbed(kept, format.sampleRateHz() - 1L, random));
        run.windower.closeGaps();
        run.drain();

        assertSame(run.windows, PlainWindows.of(SPEC, kept, 3L * format.sampleRateHz()));
        assertThat(run.windower.finished()).isTrue();
    }

    /// Crashes at random points. What is stored is what a tagger stores: accepted chunks, and cursors with the
    /// windows that were published; a random share of the windows given is not published yet.
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void restartsDoNotChangeWindows(@ForAll("formats") AudioFormat format, @ForAll long seed) {
        Random random = new Random(seed);
        List<Chunk> chunks = withPauses(format, Calls.cut(coded(format, random, 5_000), 300, random), random);
        List<Chunk> kept = new ArrayList<>(chunks);
        kept.removeIf(chunk -> !chunk.endOfStream() && random.nextInt(8) == 0);
        List<Chunk> sent = Calls.disturbed(kept, format.sampleRateHz() - 1L, random);

        SortedMap<Long, Window> published = new TreeMap<>();
        SortedMap<Long, Chunk> stored = new TreeMap<>();
        ChannelWindower windower = ChannelWindower.start(SPEC, LIMITS);
        SortedMap<Long, Window> inFlight = new TreeMap<>();
        for (int i = 0; i <= sent.size(); i++) {
            if (i == sent.size()) {
                windower.closeGaps();
            } else if (windower.offer(sent.get(i)) instanceof Admission.Accepted) {
                stored.put(sent.get(i).sequence(), sent.get(i));
            }
            take(windower, inFlight);
            ChannelCursor cursor = windower.cursor();
            while (!inFlight.isEmpty() && (i == sent.size() || random.nextInt(3) == 0)) {
                Window window = Objects.requireNonNull(inFlight.remove(inFlight.firstKey()));
                assertThat(published.put(window.index(), window)).isNull();
                cursor = windower.cursorAfter(window.index());
            }
            stored.headMap(windower.firstNeededSequence(cursor)).clear();
            if (random.nextInt(4) == 0) {
                byte[] bytes = cursor.toBytes();
                assertThat(ChannelCursor.fromBytes(bytes)).isEqualTo(cursor);
                windower = ChannelWindower.resume(
                        SPEC, LIMITS, ChannelCursor.fromBytes(bytes), List.copyOf(stored.values()));
                inFlight.clear();
                assertThat(windower.cursor()).isEqualTo(cursor);
                if (i == sent.size()) {
                    i--; // the last windows were lost on the way: give them again
                }
            }
        }

        assertSame(published, PlainWindows.of(SPEC, kept, 3L * format.sampleRateHz()));
        assertThat(windower.finished()).isTrue();
    }

    private static Calls.Coded coded(AudioFormat format, Random random, int longestMillis) {
        int samples = format.sampleRateHz() / 1000 * random.nextInt(50, longestMillis) + random.nextInt(7);
        return Calls.code(format, Calls.signal(samples, format.sampleRateHz(), random), random);
    }

    private static List<Chunk> withPauses(AudioFormat format, List<Chunk> chunks, Random random) {
        List<Chunk> result = chunks;
        while (random.nextInt(3) == 0) {
            int unit = format.sampleRateHz() / 400; // 2.5 ms
            result = Calls.shifted(result, random.nextInt(chunks.size()), (long) unit * random.nextInt(4_000));
        }
        return result;
    }

    private static void take(ChannelWindower windower, SortedMap<Long, Window> into) {
        for (Window window = windower.next(); window != null; window = windower.next()) {
            assertThat(into.isEmpty() ? -1 : into.lastKey()).isLessThan(window.index());
            into.put(window.index(), window);
        }
    }

    private static void assertSame(SortedMap<Long, Window> actual, SortedMap<Long, Window> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((index, window) -> {
            Window other = Objects.requireNonNull(actual.get(index));
            assertThat(other.samples()).as("window %d", index).isEqualTo(window.samples());
            assertThat(other.quality().coverage()).isEqualTo(window.quality().coverage());
            assertThat(other.quality().speechRatio()).isEqualTo(window.quality().speechRatio());
            assertThat(other.quality().partial()).isEqualTo(window.quality().partial());
        });
    }

    private static final class Run {

        private final ChannelWindower windower;
        private final SortedMap<Long, Window> windows = new TreeMap<>();

        private Run(ChannelWindower windower) {
            this.windower = windower;
        }

        private void offerAll(List<Chunk> chunks) {
            for (Chunk chunk : chunks) {
                Admission admission = windower.offer(chunk);
                assertThat(admission).isNotInstanceOf(Admission.Refused.class);
                drain();
            }
        }

        private void drain() {
            take(windower, windows);
        }
    }
}

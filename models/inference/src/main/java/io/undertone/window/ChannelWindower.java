package io.undertone.window;

import io.undertone.audio.AudioFormat;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts the chunks of one channel into windows: order, duplicates, gaps, decoding, resampling, quality.
///
/// All of it is a pure function of the chunks that were offered, in the order in which they were offered (and of
/// the calls of [#closeGaps] and [#endStream] between them). What the windows hold does not depend on that order,
/// as long as no chunk comes later than the grace, nor on how the audio was cut into chunks, nor on duplicates,
/// nor on restarts.
///
/// - `sequence` says order and duplicates, `firstSample` says the place. A jump of `firstSample` between
///   consecutive sequences is a pause, known at once. A missing sequence is waited for until audio has come that
///   ends more than the grace after the gap; then the gap is silence for good.
/// - A window's index is its start divided by the hop. Windows wholly inside a gap longer than
///   [WindowingLimits#maxFilledGap] are not given: indices skip.
/// - The resampled audio is late by a few milliseconds (see
///   [io.undertone.audio.BlockResampler#delaySourceSamples]).
///
/// Decoding happens in [#next]; [#offer] only looks at lengths. Memory: the chunks of a window and of the grace,
/// still coded, and the cutter's ring (0.2 MiB at 3 s windows of 16 kHz; Opus 0.3 MiB more); nothing grows with
/// the call but, until windows are confirmed by [#cursorAfter], 32 bytes a chunk.
///
/// Threading: mutable, one thread at a time. Windows and cursors are immutable.
public final class ChannelWindower {

    private static final float FULL_SCALE = 0.975f; // the loudest codes of mu-law and A-law are 0.980 and 0.984

    /// Chunk whose audio windows not yet confirmed may need.
    private record Needed(long sequence, long endSample) {}

    /// Windows in [from, to) that are not given.
    private record Skipped(long from, long to) {}

    private final WindowSpec spec;
    private final long maxFilledMillis;
    private final ChunkOrder order;
    private final Timeline timeline;
    private final SpeechGate gate = SpeechGate.defaults();
    private final Deque<Needed> needed = new ArrayDeque<>();
    private final Deque<Skipped> skipped = new ArrayDeque<>();
    private @Nullable Cutting cutting; // once the format is known
    private long nextWindow;
    private long firstUnconfirmed;

    /// What follows from the channel's format. Lengths in samples at the format's rate.
    private record Cutting(WindowCutter cutter, int decodedPerSample, long window, long hop, long maxFilled) {}

    private ChannelWindower(WindowSpec spec, WindowingLimits limits, ChannelCursor cursor, Timeline timeline) {
        this.spec = spec;
        this.maxFilledMillis = limits.maxFilledGap().toMillis();
        this.order = new ChunkOrder(limits, cursor);
        this.timeline = timeline;
        this.nextWindow = cursor.nextWindow();
        this.firstUnconfirmed = cursor.nextWindow();
        if (cursor.format() != null) {
            cutting = cuttingOf(cursor.format());
        }
    }

    /// A channel from which nothing was heard before.
    public static ChannelWindower start(WindowSpec spec, WindowingLimits limits) {
        return new ChannelWindower(spec, limits, ChannelCursor.start(), new Timeline(0));
    }

    /// A channel that goes on where a cursor was taken: it gives the same windows, bit by bit, as if nothing had
    /// happened.
    ///
    /// @param stored the accepted chunks from [#firstNeededSequence] of this cursor on, in any order; earlier
    ///     ones are no harm
    public static ChannelWindower resume(
            WindowSpec spec, WindowingLimits limits, ChannelCursor cursor, List<Chunk> stored) {
        List<Chunk> taken = stored.stream()
                .filter(chunk -> chunk.sequence() < cursor.nextSequence())
                .sorted(Comparator.comparingLong(Chunk::sequence))
                .toList();
        long position = taken.isEmpty() ? cursor.nextSample() : taken.getFirst().firstSample();
        ChannelWindower windower = new ChannelWindower(spec, limits, cursor, new Timeline(position));
        taken.forEach(windower::append);
        stored.stream()
                .filter(chunk -> chunk.sequence() >= cursor.nextSequence())
                .forEach(windower.order::restore);
        return windower;
    }

    private Cutting cuttingOf(AudioFormat format) {
        ChannelAudio audio = ChannelAudio.of(format, timeline);
        int rateHz = format.sampleRateHz();
        return new Cutting(
                new WindowCutter(spec, audio),
                audio.rateHz() / rateHz,
                (long) spec.windowSamples() * rateHz / spec.sampleRateHz(),
                (long) spec.hopSamples() * rateHz / spec.sampleRateHz(),
                maxFilledMillis * rateHz / 1000);
    }

    /// Gives the channel a chunk. Only an accepted one has to be stored.
    public Admission offer(Chunk chunk) {
        Admission admission = order.offer(chunk);
        if (cutting == null && admission instanceof Admission.Accepted) {
            cutting = cuttingOf(chunk.format());
        }
        takeReady();
        return admission;
    }

    /// Whether more audio may come: the end of the stream is not reached.
    public boolean waiting() {
        return !order.ended();
    }

    /// Whether chunks are held behind a gap, which [#closeGaps] would let go.
    public boolean holdsChunks() {
        return order.holdsChunks();
    }

    /// Fills every gap before what is held: the wall-clock grace has passed and no audio came that would have
    /// closed them.
    public void closeGaps() {
        order.closeGaps();
        takeReady();
    }

    /// Ends the stream: the idle time-out has passed. Chunks that come now are late.
    public void endStream() {
        order.endStream();
        takeReady();
    }

    private void takeReady() {
        order.takeReady().forEach(this::append);
    }

    private void append(Chunk chunk) {
        timeline.append(chunk);
        needed.addLast(new Needed(chunk.sequence(), chunk.endSample()));
    }

    /// The next complete window, each once, in order of their indices; null until more audio has come.
    public @Nullable Window next() {
        Cutting with = cutting;
        if (with == null || !hasNext(with)) {
            return null;
        }
        long index = nextWindow++;
        long start = index * with.hop();
        float[] samples = with.cutter().cut(index);
        WindowQuality quality = new WindowQuality(
                gate.speechRatio(samples, spec.sampleRateHz()),
                (double) timeline.coveredSamples(start, start + with.window()) / with.window(),
                clipping(samples),
                timeline.end() < start + with.window());
        timeline.dropBefore(neededFrom(with, nextWindow));
        return Window.of(index, samples, quality);
    }

    private boolean hasNext(Cutting with) {
        skipLongGap(with);
        long start = nextWindow * with.hop();
        if (timeline.end() >= start + with.window()) {
            return true;
        }
        long heardBefore = nextWindow == 0 ? 0 : start - with.hop() + with.window();
        return order.ended() && timeline.end() > heardBefore && timeline.coveredSamples(start, timeline.end()) > 0;
    }

    private void skipLongGap(Cutting with) {
        long start = nextWindow * with.hop();
        long gapEnd = timeline.endOfLongGap(start, with.maxFilled());
        if (start + with.window() <= gapEnd) {
            long after = (gapEnd - with.window()) / with.hop() + 1;
            skipped.addLast(new Skipped(nextWindow, after));
            nextWindow = after;
        }
    }

    private static double clipping(float[] samples) {
        float loudest = 0; // first alone, by a loop that is vectorised: few windows clip
        for (float sample : samples) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        if (loudest < FULL_SCALE) {
            return 0;
        }
        int clipped = 0;
        for (float sample : samples) {
            if (Math.abs(sample) >= FULL_SCALE) {
                clipped++;
            }
        }
        return (double) clipped / samples.length;
    }

    /// What to store once the tags of all windows up to this one were published.
    public ChannelCursor cursorAfter(long windowIndex) {
        if (windowIndex >= nextWindow) {
            throw new IllegalArgumentException(
                    "windowIndex must be of a window that was given, less than " + nextWindow + ": " + windowIndex);
        }
        firstUnconfirmed = Math.max(firstUnconfirmed, windowIndex + 1);
        return cursor();
    }

    /// What to store now: order, gaps and counts as they are, and the first window that is not confirmed.
    public ChannelCursor cursor() {
        Cutting with = cutting;
        if (with != null) {
            skipLongGap(with);
            passSkipped();
            long from = neededFrom(with, firstUnconfirmed);
            while (!needed.isEmpty() && needed.getFirst().endSample() <= from) {
                needed.removeFirst();
            }
        }
        return order.cursor(firstUnconfirmed);
    }

    private void passSkipped() {
        while (!skipped.isEmpty() && skipped.getFirst().from() <= firstUnconfirmed) {
            firstUnconfirmed = Math.max(firstUnconfirmed, skipped.removeFirst().to());
        }
    }

    private static long neededFrom(Cutting with, long window) {
        return Math.floorDiv(with.cutter().neededFrom(window), (long) with.decodedPerSample());
    }

    /// Stored chunks before this sequence may be deleted together with storing the cursor.
    ///
    /// @param cursor the latest that was taken from this windower
    public long firstNeededSequence(ChannelCursor cursor) {
        return needed.isEmpty() ? cursor.nextSequence() : needed.getFirst().sequence();
    }

    /// The stream has ended and its last window was given.
    public boolean finished() {
        Cutting with = cutting;
        return order.ended() && (with == null || !hasNext(with));
    }
}

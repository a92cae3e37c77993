package io.undertone.window;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.PayloadDecoder;
import io.undertone.audio.SampleCount;
import io.undertone.window.BadChunk.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts the chunks of a channel in order: drops duplicates, refuses what cannot be, holds what came early, gives
/// up what did not come within the grace. Never looks into audio beyond counting its samples.
///
/// What is held behind a gap is at most the grace and one chunk long. One thread; no clock.
final class ChunkOrder {

    /// A chunk farther ahead of the audio before it than a day is nonsense, not a pause.
    private static final long MAX_PAUSE_SECONDS = Duration.ofDays(1).toSeconds();

    private final WindowingLimits limits;
    private final TreeMap<Long, Chunk> held = new TreeMap<>(); // by sequence, all at or after nextSequence
    private final Deque<ChannelCursor.Missing> missing;
    private final List<Chunk> ready = new ArrayList<>(); // in order, not yet taken
    private @Nullable AudioFormat format;
    private long nextSequence;
    private long nextSample;
    private boolean ended;
    private ChannelCursor.Counts counts;

    ChunkOrder(WindowingLimits limits, ChannelCursor cursor) {
        this.limits = limits;
        this.missing = new ArrayDeque<>(cursor.missing());
        this.format = cursor.format();
        this.nextSequence = cursor.nextSequence();
        this.nextSample = cursor.nextSample();
        this.ended = cursor.ended();
        this.counts = cursor.counts();
    }

    Admission offer(Chunk chunk) {
        if (chunk.sequence() < 0 || chunk.firstSample() < 0) {
            return refused(
                    Reason.SEQUENCE_OUT_OF_RANGE,
                    "sequence and firstSample must not be negative: " + chunk.sequence() + ", " + chunk.firstSample());
        }
        if (chunk.sequence() < nextSequence || held.containsKey(chunk.sequence())) {
            return duplicateOrLate(chunk.sequence());
        }
        BadChunk why = faultOf(chunk);
        if (why != null) {
            return new Admission.Refused(why);
        }
        format = chunk.format();
        held.put(chunk.sequence(), chunk);
        takeContiguous();
        closeExpiredGaps();
        return new Admission.Accepted();
    }

    /// Takes back a chunk that was accepted before a restart: it was checked then.
    void restore(Chunk chunk) {
        held.put(chunk.sequence(), chunk);
    }

    private Admission duplicateOrLate(long sequence) {
        for (ChannelCursor.Missing run : missing) {
            if (sequence >= run.from() && sequence < run.to()) {
                counts = counts.plusLate();
                return refused(
                        Reason.LATE,
                        "sequence " + sequence + " came after its place was filled with silence; next is "
                                + nextSequence);
            }
        }
        counts = counts.plusDuplicate();
        return new Admission.Duplicate();
    }

    private @Nullable BadChunk faultOf(Chunk chunk) {
        BadChunk why = payloadFault(chunk);
        return why == null ? placeFault(chunk) : why;
    }

    private @Nullable BadChunk payloadFault(Chunk chunk) {
        int bytes = chunk.payload().length;
        if (bytes > limits.maxPayloadBytes()) {
            return new BadChunk(
                    Reason.OVERSIZED_PAYLOAD, "payload of " + bytes + " bytes; at most " + limits.maxPayloadBytes());
        }
        if (format != null && !format.equals(chunk.format())) {
            return new BadChunk(
                    Reason.FORMAT_CHANGED, "format " + chunk.format() + "; the channel began with " + format);
        }
        return switch (PayloadDecoder.countSamples(chunk.format(), chunk.payload())) {
            case SampleCount.Undecodable(String detail) -> new BadChunk(Reason.UNDECODABLE_PAYLOAD, detail);
            case SampleCount.Counted(int samples)
            when samples != chunk.samples() ->
                new BadChunk(
                        Reason.UNDECODABLE_PAYLOAD, "payload holds " + samples + " samples, not " + chunk.samples());
            case SampleCount.Counted(int samples)
            when samples == 0 && !chunk.endOfStream() ->
                new BadChunk(Reason.EMPTY_PAYLOAD, "payload is empty and endOfStream is not set");
            case SampleCount.Counted _ -> null;
        };
    }

    private @Nullable BadChunk placeFault(Chunk chunk) {
        long sequence = chunk.sequence();
        if (ended) {
            return new BadChunk(Reason.LATE, "sequence " + sequence + " came after the stream had ended");
        }
        if (format != null && sequence - earliestExpected() > limits.maxSequenceJump()) {
            return outOfRange(chunk, "is more than " + limits.maxSequenceJump() + " ahead of " + earliestExpected());
        }
        Map.Entry<Long, Chunk> before = held.lowerEntry(sequence);
        Map.Entry<Long, Chunk> after = held.higherEntry(sequence);
        long previous = before == null ? nextSequence - 1 : before.getKey();
        long previousEnd = before == null ? nextSample : before.getValue().endSample();
        long nextStart = after == null ? Long.MAX_VALUE : after.getValue().firstSample();
        if (chunk.firstSample() < previousEnd || chunk.endSample() > nextStart) {
            String place =
                    nextStart == Long.MAX_VALUE ? "at or after " + previousEnd : previousEnd + " to " + nextStart;
            return new BadChunk(
                    Reason.OVERLAP,
                    "sequence " + sequence + " has samples " + chunk.firstSample() + " to " + chunk.endSample()
                            + "; its place is " + place);
        }
        if (chunk.firstSample() - previousEnd
                > MAX_PAUSE_SECONDS * chunk.format().sampleRateHz()) {
            return outOfRange(chunk, "is more than a day after sample " + previousEnd);
        }
        if (chunk.firstSample() - previousEnd < sequence - previous - 1) { // each missing chunk has at least one sample
            return outOfRange(chunk, "leaves no room for the chunks since sequence " + previous);
        }
        boolean afterEnd = before != null && before.getValue().endOfStream();
        if (afterEnd || (chunk.endOfStream() && after != null)) {
            return outOfRange(chunk, "would stand behind the end of the stream");
        }
        return null;
    }

    private long earliestExpected() {
        return nextSequence == 0 && !held.isEmpty() ? held.firstKey() : nextSequence; // a channel may start late
    }

    private static BadChunk outOfRange(Chunk chunk, String what) {
        return new BadChunk(
                Reason.SEQUENCE_OUT_OF_RANGE,
                "sequence " + chunk.sequence() + " at sample " + chunk.firstSample() + " " + what);
    }

    private static Admission refused(Reason reason, String detail) {
        return new Admission.Refused(new BadChunk(reason, detail));
    }

    private void takeContiguous() {
        while (!held.isEmpty() && held.firstKey() == nextSequence) {
            take(held.pollFirstEntry().getValue());
        }
    }

    private void take(Chunk chunk) {
        counts = counts.plusFilled(chunk.firstSample() - nextSample);
        nextSequence = chunk.sequence() + 1;
        nextSample = chunk.endSample();
        ended = chunk.endOfStream();
        ready.add(chunk);
    }

    /// A gap is given up when audio has come that ends more than the grace after the gap's end.
    private void closeExpiredGaps() {
        while (!held.isEmpty()) {
            long graceSamples = limits.grace().toMillis()
                    * held.firstEntry().getValue().format().sampleRateHz()
                    / 1000;
            long reach = held.lastEntry().getValue().endSample();
            if (reach <= held.firstEntry().getValue().firstSample() + graceSamples) {
                return;
            }
            closeFirstGap();
        }
    }

    private void closeFirstGap() {
        missing.addLast(new ChannelCursor.Missing(nextSequence, held.firstKey()));
        if (missing.size() > ChannelCursor.MAX_MISSING) {
            missing.removeFirst();
        }
        take(held.pollFirstEntry().getValue());
        takeContiguous();
    }

    void closeGaps() {
        while (!held.isEmpty()) {
            closeFirstGap();
        }
    }

    void endStream() {
        closeGaps();
        ended = true;
    }

    /// Chunks in order since the last call; between two of them may be a gap.
    List<Chunk> takeReady() {
        List<Chunk> taken = List.copyOf(ready);
        ready.clear();
        return taken;
    }

    boolean holdsChunks() {
        return !held.isEmpty();
    }

    boolean ended() {
        return ended;
    }

    ChannelCursor cursor(long nextWindow) {
        return new ChannelCursor(format, nextSequence, nextSample, nextWindow, ended, counts, List.copyOf(missing));
    }
}

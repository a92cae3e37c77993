package io.undertone.streams;

import io.undertone.window.Chunk;
import java.time.Duration;

/// One life of the process that sends a channel's audio, and where in the channel it begins. A gateway that is started
/// anew in the middle of a call has forgotten where it was and counts from 0 again; its audio goes on behind what was
/// heard before. Immutable.
///
/// That it began again is seen by the clock of its chunks: by its own position and capture time, the sequence to which
/// the chunk belongs began after everything that was heard so far. This can be no repetition, for what is sent again
/// was captured before. Clocks say nothing else here: where the audio goes is counted in samples, and nobody knows how
/// much was lost in between.
///
/// @param firstSequence its sequence 0, in the numbers of the channel
/// @param firstSample its sample 0, in those of the channel
/// @param startedAtMillis when it began to capture, by its clock
record GatewayRun(long firstSequence, long firstSample, long startedAtMillis) {

    /// The numbers of the gateway are those of the channel.
    static final GatewayRun FIRST = new GatewayRun(0, 0, Long.MIN_VALUE);

    private static final long LONGEST_RUN_SECONDS = Duration.ofDays(1).toSeconds();

    /// The chunk in the numbers of the channel. One whose numbers are negative stays as it is.
    Chunk place(Chunk chunk) {
        if (equals(FIRST) || chunk.sequence() < 0 || chunk.firstSample() < 0) {
            return chunk;
        }
        return Chunk.of(
                chunk.sequence() + firstSequence,
                chunk.firstSample() + firstSample,
                chunk.samples(),
                chunk.format(),
                chunk.payload(),
                chunk.endOfStream());
    }

    /// Whether the gateway that sent the chunk began to capture later than everything that was heard.
    ///
    /// @param chunk in the gateway's numbers
    /// @param capturedAtMillis when its last sample was captured
    /// @param latestMillis when the last sample that was heard was captured, [Long#MIN_VALUE] where nobody knows
    static boolean isLater(Chunk chunk, long capturedAtMillis, long latestMillis) {
        return latestMillis > Long.MIN_VALUE
                && chunk.sequence() >= 0
                && chunk.firstSample() >= 0
                && chunk.firstSample() / chunk.format().sampleRateHz() < LONGEST_RUN_SECONDS
                && startOf(chunk, capturedAtMillis) > latestMillis;
    }

    /// When the gateway that sent the chunk began to capture.
    ///
    /// @param chunk in the gateway's numbers
    static long startOf(Chunk chunk, long capturedAtMillis) {
        return capturedAtMillis - chunk.endSample() * 1000 / chunk.format().sampleRateHz();
    }

    /// Whether something was captured before this run began: by a gateway that was there before.
    boolean isAfter(long capturedAtMillis) {
        return capturedAtMillis < startedAtMillis;
    }

    void write(StateWriter out) {
        out.putLong(firstSequence).putLong(firstSample).putLong(startedAtMillis);
    }

    static GatewayRun read(StateReader in) {
        return new GatewayRun(in.getLong(), in.getLong(), in.getLong());
    }
}

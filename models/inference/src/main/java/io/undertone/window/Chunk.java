package io.undertone.window;

import io.undertone.audio.AudioFormat;

/// A piece of one channel's audio as it arrives, still encoded. Immutable.
///
/// Where it stands in the call is said by `sequence` (from 0, one more for each chunk of the channel) and `firstSample`
/// (position of its first sample since the channel's start, at the chunk's own rate). Wall clocks never join audio.
public final class Chunk {

    private final long sequence;
    private final long firstSample;
    private final int samples;
    private final AudioFormat format;
    private final byte[] payload;
    private final boolean endOfStream;

    private Chunk(
            long sequence, long firstSample, int samples, AudioFormat format, byte[] payload, boolean endOfStream) {
        this.sequence = sequence;
        this.firstSample = firstSample;
        this.samples = samples;
        this.format = format;
        this.payload = payload;
        this.endOfStream = endOfStream;
    }

    /// @param samples how many samples the payload decodes to (see [io.undertone.audio] for counting without decoding);
    ///     may be 0 only with `endOfStream`
    /// @param payload taken over, not copied
    public static Chunk of(
            long sequence, long firstSample, int samples, AudioFormat format, byte[] payload, boolean endOfStream) {
        return new Chunk(sequence, firstSample, samples, format, payload, endOfStream);
    }

    public long sequence() {
        return sequence;
    }

    public long firstSample() {
        return firstSample;
    }

    /// Samples at the chunk's own rate.
    public int samples() {
        return samples;
    }

    /// One past the last sample.
    public long endSample() {
        return firstSample + samples;
    }

    public AudioFormat format() {
        return format;
    }

    /// The payload itself, not a copy: read only.
    public byte[] payload() {
        return payload;
    }

    public boolean endOfStream() {
        return endOfStream;
    }
}

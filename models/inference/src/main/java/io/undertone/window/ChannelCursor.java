package io.undertone.window;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a channel stands: with the stored chunks from [ChannelWindower#firstNeededSequence] on, all that is
/// needed to go on after a restart exactly as if there had been none. Decisions about gaps are part of it and are
/// never taken anew.
///
/// @param format of the first chunk; null before it came
/// @param nextSequence chunks before it were put into the channel's audio, or given up
/// @param nextSample end of the channel's audio so far, at the format's rate
/// @param nextWindow first window that is not confirmed
/// @param ended no more audio will be taken
/// @param counts since the channel's start
/// @param missing the latest runs of sequences that were given up, in order, at most [#MAX_MISSING]; a chunk of
///     an older one counts as a duplicate
public record ChannelCursor(
        @Nullable AudioFormat format,
        long nextSequence,
        long nextSample,
        long nextWindow,
        boolean ended,
        Counts counts,
        List<Missing> missing) {

    static final int MAX_MISSING = 7;

    private static final byte VERSION = 1;
    private static final int MAX_BYTES = 200;
    private static final byte NO_FORMAT = -1;

    /// What happened to a channel so far.
    ///
    /// @param duplicates chunks dropped because their sequence had been taken
    /// @param late chunks refused because their place had been filled with silence
    /// @param filledSamples silence put in for missing audio, at the format's rate
    public record Counts(long duplicates, long late, long filledSamples) {

        static final Counts NONE = new Counts(0, 0, 0);

        Counts plusDuplicate() {
            return new Counts(duplicates + 1, late, filledSamples);
        }

        Counts plusLate() {
            return new Counts(duplicates, late + 1, filledSamples);
        }

        Counts plusFilled(long samples) {
            return new Counts(duplicates, late, filledSamples + samples);
        }
    }

    /// A run of sequences in [from, to) that were given up.
    public record Missing(long from, long to) {}

    public ChannelCursor {
        if (nextSequence < 0 || nextSample < 0 || nextWindow < 0) {
            throw new IllegalArgumentException("nextSequence, nextSample and nextWindow must not be negative: "
                    + nextSequence + ", " + nextSample + ", " + nextWindow);
        }
        if (missing.size() > MAX_MISSING) {
            throw new IllegalArgumentException("missing must have at most " + MAX_MISSING + " runs: " + missing.size());
        }
        missing = List.copyOf(missing);
    }

    static ChannelCursor start() {
        return new ChannelCursor(null, 0, 0, 0, false, Counts.NONE, List.of());
    }

    /// At most 200 bytes, some 15 for an ordinary channel.
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES).put(VERSION);
        if (format == null) {
            out.put(NO_FORMAT);
        } else {
            out.put(codeOf(format.codec()));
            putNumber(out, format.sampleRateHz());
        }
        putNumber(out, nextSequence);
        putNumber(out, nextSample);
        putNumber(out, nextWindow);
        out.put((byte) (ended ? 1 : 0));
        putNumber(out, counts.duplicates());
        putNumber(out, counts.late());
        putNumber(out, counts.filledSamples());
        putNumber(out, missing.size());
        long before = nextSequence;
        for (Missing run : missing.reversed()) { // backwards from nextSequence, so that the numbers are small
            putNumber(out, before - run.to());
            putNumber(out, run.to() - run.from());
            before = run.from();
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /// @throws IllegalArgumentException when the bytes are not a cursor of a known version
    public static ChannelCursor fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("version of a cursor must be " + VERSION + ": " + version);
            }
            byte codec = in.get();
            AudioFormat format = codec == NO_FORMAT ? null : new AudioFormat(codecOf(codec), (int) number(in));
            long nextSequence = number(in);
            ChannelCursor cursor = new ChannelCursor(
                    format,
                    nextSequence,
                    number(in),
                    number(in),
                    in.get() != 0,
                    new Counts(number(in), number(in), number(in)),
                    runs(in, nextSequence));
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("a cursor has " + in.remaining() + " bytes too many");
            }
            return cursor;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not a cursor: " + bytes.length + " bytes", e);
        }
    }

    private static byte codeOf(Codec codec) {
        return switch (codec) {
            case PCM_S16LE -> 0;
            case PCM_MULAW -> 1;
            case PCM_ALAW -> 2;
            case OPUS -> 3;
        };
    }

    private static Codec codecOf(byte code) {
        return switch (code) {
            case 0 -> Codec.PCM_S16LE;
            case 1 -> Codec.PCM_MULAW;
            case 2 -> Codec.PCM_ALAW;
            case 3 -> Codec.OPUS;
            default -> throw new IllegalArgumentException("a cursor has an unknown codec: " + code);
        };
    }

    private static List<Missing> runs(ByteBuffer in, long nextSequence) {
        List<Missing> runs = new ArrayList<>();
        long before = nextSequence;
        for (long left = number(in); left > 0; left--) {
            long to = before - number(in);
            before = to - number(in);
            runs.add(new Missing(before, to));
        }
        return runs.reversed();
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    private static void putNumber(ByteBuffer out, long value) {
        long left = value;
        while (left >= 0x80) {
            out.put((byte) (left | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }

    private static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of a cursor has more than 63 bits");
    }
}

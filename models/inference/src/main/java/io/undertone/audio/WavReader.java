package io.undertone.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// RIFF/WAVE: a list of chunks, of which `fmt ` says how `data` is to be read. Others are skipped.
final class WavReader {

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int ALAW = 6;
    private static final int MULAW = 7;
    private static final int EXTENSIBLE = 0xfffe;
    private static final int EXTENSIBLE_SUB_FORMAT = 24; // where the real format stands in an extensible `fmt `
    private static final int MAX_CHANNELS = 64;
    /// Writers that cannot seek back (a pipe) leave 0 or a size near the largest number: the data go on to the
    /// end.
    private static final long UNKNOWN_SIZE = 0x7fff_0000L;

    private record Format(int tag, int channels, int rateHz, int bits) {
        int bytesPerSample() {
            return bits / 8;
        }

        int bytesPerFrame() {
            return bytesPerSample() * channels;
        }
    }

    private WavReader() {}

    static List<Waveform> read(byte[] file) throws MalformedAudioException {
        if (!AudioFile.startsWith(file, 8, "WAVE")) {
            throw new MalformedAudioException("it is RIFF but not WAVE");
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(12);
        Format format = null;
        while (in.remaining() >= 8) {
            int chunkStart = in.position();
            long size = in.getInt(chunkStart + 4) & 0xffff_ffffL;
            in.position(chunkStart + 8);
            if (AudioFile.startsWith(file, chunkStart, "data")) {
                if (format == null) {
                    throw new MalformedAudioException("its 'data' chunk comes before its 'fmt ' chunk");
                }
                return decode(in.slice().order(ByteOrder.LITTLE_ENDIAN), dataBytes(size, in.remaining()), format);
            }
            if (size > in.remaining()) {
                throw new MalformedAudioException("a chunk of " + size + " bytes goes past the end of the file");
            }
            if (AudioFile.startsWith(file, chunkStart, "fmt ")) {
                format = parseFormat(in.slice(in.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN));
            }
            long next = in.position() + size + (size & 1); // chunks start at even places
            in.position((int) Math.min(next, in.limit()));
        }
        throw new MalformedAudioException("it has no 'data' chunk");
    }

    private static int dataBytes(long stated, int present) throws MalformedAudioException {
        if (stated == 0 || stated >= UNKNOWN_SIZE) {
            return present;
        }
        if (stated > present) {
            throw new MalformedAudioException(
                    "it is cut short: its 'data' chunk should have " + stated + " bytes, the file has " + present);
        }
        return (int) stated;
    }

    private static Format parseFormat(ByteBuffer fmt) throws MalformedAudioException {
        if (fmt.remaining() < 16) {
            throw new MalformedAudioException(
                    "its 'fmt ' chunk has " + fmt.remaining() + " bytes; expected 16 or more");
        }
        int tag = fmt.getShort(0) & 0xffff;
        if (tag == EXTENSIBLE && fmt.remaining() >= EXTENSIBLE_SUB_FORMAT + 2) {
            tag = fmt.getShort(EXTENSIBLE_SUB_FORMAT) & 0xffff;
        }
        Format format = new Format(tag, fmt.getShort(2) & 0xffff, fmt.getInt(4), fmt.getShort(14) & 0xffff);
        boolean known = switch (format.tag()) {
            case PCM -> format.bits() == 8 || format.bits() == 16 || format.bits() == 24 || format.bits() == 32;
            case FLOAT -> format.bits() == 32 || format.bits() == 64;
            case ALAW, MULAW -> format.bits() == 8;
            default -> false;
        };
        if (!known) {
            throw new MalformedAudioException("its WAVE format " + format.tag() + " with " + format.bits()
                    + " bits is not known; expected PCM (1), float (3), A-law (6) or mu-law (7)");
        }
        if (format.channels() < 1 || format.channels() > MAX_CHANNELS) {
            throw new MalformedAudioException(
                    "it has " + format.channels() + " channels; expected 1 to " + MAX_CHANNELS);
        }
        if (format.rateHz() < 1) {
            throw new MalformedAudioException("its sampling rate is " + format.rateHz() + " Hz");
        }
        return format;
    }

    private static List<Waveform> decode(ByteBuffer data, int bytes, Format format) throws MalformedAudioException {
        int frames = bytes / format.bytesPerFrame();
        List<Waveform> waveforms = new ArrayList<>();
        for (int channel = 0; channel < format.channels(); channel++) {
            float[] samples = new float[frames];
            int offset = channel * format.bytesPerSample();
            for (int i = 0; i < frames; i++) {
                samples[i] = sample(data, offset + i * format.bytesPerFrame(), format);
            }
            waveforms.add(Waveform.of(samples, format.rateHz()));
        }
        return List.copyOf(waveforms);
    }

    private static float sample(ByteBuffer data, int at, Format format) throws MalformedAudioException {
        return switch (format.tag()) {
            case ALAW -> G711.ALAW_TO_FLOAT[data.get(at) & 0xff];
            case MULAW -> G711.MULAW_TO_FLOAT[data.get(at) & 0xff];
            case FLOAT -> clamp(format.bits() == 32 ? data.getFloat(at) : (float) data.getDouble(at));
            default ->
                switch (format.bits()) {
                    case 8 -> ((data.get(at) & 0xff) - 128) / 128f;
                    case 16 -> data.getShort(at) / 32_768f;
                    case 24 -> ((data.get(at + 2) << 16) | (data.getShort(at) & 0xffff)) * 0x1p-23f;
                    default -> data.getInt(at) * 0x1p-31f;
                };
        };
    }

    private static float clamp(float value) throws MalformedAudioException {
        if (Float.isNaN(value)) {
            throw new MalformedAudioException("one of its samples is not a number");
        }
        return Math.clamp(value, -1f, 1f);
    }
}

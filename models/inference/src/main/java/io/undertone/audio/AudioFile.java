package io.undertone.audio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Reads audio files: RIFF/WAVE (PCM of 8, 16, 24 and 32 bits, float, A-law, mu-law) and Ogg Opus (RFC 7845),
/// known by their content and not by their name.
///
/// Keeps no state: any number of threads may read at once. A file is held in memory while it is read.
public final class AudioFile {

    private static final long MAX_BYTES = 1L << 30; // 1 GiB: 18 hours of 16-bit audio at 8 kHz

    private AudioFile() {}

    /// @return one waveform a channel, in the file's order (see [#channelName]); WAVE at its own rate, Opus
    ///     always at 48 kHz
    /// @throws InvalidInputException when the file cannot be read or is not such audio; names the file
    ///     and what it is
    public static List<Waveform> read(Path file) {
        byte[] bytes = readBytes(file);
        try {
            if (startsWith(bytes, "RIFF")) {
                return WavReader.read(bytes);
            }
            if (startsWith(bytes, "OggS")) {
                return OggOpusReader.read(bytes);
            }
        } catch (MalformedAudioException e) {
            throw new InvalidInputException(file + " cannot be read as audio: " + e.getMessage(), e);
        }
        throw new InvalidInputException(
                file + " is not audio that can be read: it is " + describe(bytes) + "; expected WAV or Ogg Opus");
    }

    /// Name of a channel of a file: `mono`, `left`, `right`, or its number from 1 when there are more than two.
    public static String channelName(int index, int channels) {
        if (index < 0 || index >= channels) {
            throw new IllegalArgumentException("index must be in [0, " + channels + "): " + index);
        }
        return switch (channels) {
            case 1 -> "mono";
            case 2 -> index == 0 ? "left" : "right";
            default -> Integer.toString(index + 1);
        };
    }

    private static byte[] readBytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new InvalidInputException(file + " is a folder; expected a WAV or Ogg Opus file");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new InvalidInputException(
                        file + " has " + size + " bytes; audio files may have at most " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist; expected a WAV or Ogg Opus file", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e, e);
        }
    }

    private static String describe(byte[] bytes) {
        if (bytes.length == 0) {
            return "empty";
        }
        if (startsWith(bytes, "fLaC")) {
            return "FLAC";
        }
        boolean mpegFrame = bytes.length > 1 && bytes[0] == (byte) 0xff && (bytes[1] & 0xe0) == 0xe0;
        if (startsWith(bytes, "ID3") || mpegFrame) {
            return "MP3 or other MPEG audio";
        }
        if (startsWith(bytes, "FORM")) {
            return "AIFF";
        }
        if (startsWith(bytes, "RIFX") || startsWith(bytes, "RF64")) {
            return "a variant of WAV (" + new String(bytes, 0, 4, StandardCharsets.US_ASCII) + ") that is not read";
        }
        if (bytes.length > 8 && startsWith(bytes, 4, "ftyp")) {
            return "MP4 or M4A";
        }
        return looksLikeText(bytes) ? "text" : "a file of an unknown kind (" + hexStart(bytes) + ")";
    }

    private static boolean looksLikeText(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 512); i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static String hexStart(byte[] bytes) {
        StringBuilder hex = new StringBuilder("first bytes");
        for (int i = 0; i < Math.min(bytes.length, 4); i++) {
            hex.append(' ').append(String.format("%02x", bytes[i]));
        }
        return hex.toString();
    }

    static boolean startsWith(byte[] bytes, String magic) {
        return startsWith(bytes, 0, magic);
    }

    static boolean startsWith(byte[] bytes, int offset, String magic) {
        if (bytes.length < offset + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if (bytes[offset + i] != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

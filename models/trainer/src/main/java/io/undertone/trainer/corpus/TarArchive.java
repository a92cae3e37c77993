package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Unpacks plain tar files (ustar, with GNU and pax long names). Files only; names that leave the folder are
/// refused.
final class TarArchive {

    private static final int BLOCK = 512;

    private TarArchive() {}

    /// @throws InvalidInputException if `tar` is no tar file or ends too early
    static void unpack(Path tar, Path folder) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 16)) {
            String longName = null;
            while (true) {
                byte[] header = in.readNBytes(BLOCK);
                if (header.length < BLOCK || header[0] == 0) {
                    return;
                }
                long size = octal(header, 124, 12, tar);
                String name = longName == null ? name(header) : longName;
                longName = null;
                switch (header[156]) {
                    case 'L' -> longName = text(body(in, size), 0, (int) size);
                    case 'x' -> longName = paxPath(new String(body(in, size), StandardCharsets.UTF_8));
                    case '0', 0 -> write(folder, name, in, size, tar);
                    default -> body(in, size);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(tar + " cannot be unpacked to " + folder, e);
        }
    }

    private static String name(byte[] header) {
        String prefix = text(header, 345, 155);
        String name = text(header, 0, 100);
        return prefix.isEmpty() || header[257] != 'u' ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static @Nullable String paxPath(String records) {
        for (String line : records.lines().toList()) {
            int at = line.indexOf(" path=");
            if (at >= 0) {
                return line.substring(at + 6);
            }
        }
        return null;
    }

    private static long octal(byte[] header, int from, int length, Path tar) {
        String digits = text(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(tar + " is not a tar file: the size of an entry reads '" + digits + "'", e);
        }
    }

    private static byte[] body(InputStream in, long size) throws IOException {
        byte[] bytes = in.readNBytes((int) size);
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        return bytes;
    }

    private static void write(Path folder, String name, InputStream in, long size, Path tar) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new InvalidInputException(tar + " holds a name that leaves its folder: " + name);
        }
        byte[] bytes = body(in, size);
        if (bytes.length < size) {
            throw new InvalidInputException(tar + " ends in the middle of " + name);
        }
        Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
        Files.write(target, bytes);
    }
}

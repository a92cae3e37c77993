package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The folder of a bundle. What is read is what was hashed: a file is read once, and its bytes are used from there on.
final class BundleFolder {

    static final String MANIFEST = "manifest.json";

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
    private static final long MAX_BYTES = 2_000_000_000; // ONNX files end at 2 GiB without external data

    private final Path folder;

    BundleFolder(Path folder) {
        this.folder = folder;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    byte[] readManifest() {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "model bundle " + folder + " is missing; expected a folder with a " + MANIFEST);
        }
        return bytesOf(MANIFEST);
    }

    /// The bytes of a file whose hash is the one that the manifest states.
    byte[] read(BundleManifest.FileEntry entry) {
        if (!PLAIN_NAME.matcher(entry.file()).matches()) {
            throw new InvalidInputException(path(MANIFEST) + ": '" + entry.file()
                    + "' is not the name of a file in the folder itself; paths are not allowed");
        }
        byte[] bytes = bytesOf(entry.file());
        String found = Sha256.hex(bytes);
        if (!found.equals(entry.sha256())) {
            throw new InvalidInputException(path(entry.file()) + " was changed: its sha256 is " + found
                    + ", the manifest says " + entry.sha256());
        }
        return bytes;
    }

    private byte[] bytesOf(String name) {
        Path file = path(name);
        if (Files.isSymbolicLink(file)) {
            throw new InvalidInputException(file + " is a symbolic link; a bundle must hold its files themselves");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidInputException(file + " is missing from the model bundle");
        }
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new InvalidInputException(file + " has " + size + " bytes; at most " + MAX_BYTES + " are read");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

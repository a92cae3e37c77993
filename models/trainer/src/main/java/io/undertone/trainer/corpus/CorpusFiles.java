package io.undertone.trainer.corpus;

import io.undertone.audio.AudioFile;
import io.undertone.audio.InvalidInputException;
import io.undertone.audio.Waveform;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The audio files of a corpus root: a folder `NAME/`, or `NAME.tar` that is unpacked once into the cache, for each
/// corpus.
public final class CorpusFiles {

    private final Path root;
    private final Map<String, Path> folders; // name of the first folder of a path -> the folder that holds it
    private final String fingerprint;

    private CorpusFiles(Path root, Map<String, Path> folders, String fingerprint) {
        this.root = root;
        this.folders = folders;
        this.fingerprint = fingerprint;
    }

    /// @param names the corpora, that is the first folders of the clips' paths
    /// @throws InvalidInputException if a corpus is neither there as a folder nor as a tar file
    public static CorpusFiles open(Path root, List<String> names, Path cacheFolder) {
        Map<String, Path> folders = new LinkedHashMap<>();
        StringBuilder fingerprint = new StringBuilder();
        try {
            for (String name : names) {
                Path folder = root.resolve(name);
                Path tar = root.resolve(name + ".tar");
                if (Files.isDirectory(folder)) {
                    folders.put(name, root);
                    fingerprint.append(name).append(listing(folder)).append('\n');
                } else if (Files.isRegularFile(tar)) {
                    String hash = hash(tar);
                    folders.put(name, unpacked(tar, cacheFolder.resolve("tar-" + hash)));
                    fingerprint.append(name).append(hash).append('\n');
                } else {
                    throw new InvalidInputException(
                            "corpus '" + name + "' is not there: neither the folder " + folder + " nor " + tar);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the corpora under " + root + " cannot be read", e);
        }
        return new CorpusFiles(root, folders, fingerprint.toString());
    }

    /// What tells this content from another.
    String fingerprint() {
        return fingerprint;
    }

    /// Where a clip lies now.
    public Path resolve(String path) {
        String first = path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
        return folders.getOrDefault(first, root).resolve(path);
    }

    /// The first channel of a file, resampled if need be.
    float[] samples(String path, int sampleRateHz) {
        Waveform waveform = AudioFile.read(resolve(path)).getFirst();
        return Resampling.to(waveform, sampleRateHz).toArray();
    }

    /// Paths of all files under one corpus, relative to the root, sorted.
    public List<String> list(String name) {
        Path base = folders.getOrDefault(name, root);
        try (Stream<Path> files = Files.walk(base.resolve(name))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> base.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("corpus " + name + " cannot be listed", e);
        }
    }

    private static Path unpacked(Path tar, Path folder) throws IOException {
        Path done = folder.resolve(".complete");
        if (!Files.exists(done)) {
            Files.createDirectories(folder);
            TarArchive.unpack(tar, folder);
            Files.createFile(done);
        }
        return folder;
    }

    private static String listing(Path folder) throws IOException {
        MessageDigest digest = sha256();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String line = folder.relativize(file) + " " + Files.size(file) + " "
                        + Files.getLastModifiedTime(file).toMillis() + "\n";
                digest.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

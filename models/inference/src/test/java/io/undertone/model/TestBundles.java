package io.undertone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;

/// The tiny bundle for the tests of every module: made in seconds from synthetic voices, by the code that makes the one
/// that ships (the trainer's `TinyBundleMain`). It does not hear the level. Works from a folder and from the test jar.
public final class TestBundles {

    private static final String TINY = "/io/undertone/bundles/tiny/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestBundles() {}

    /// A folder with the tiny bundle, one for all tests of the process: read only.
    public static Path tiny() {
        return Shared.FOLDER;
    }

    /// The tiny bundle, opened; to be closed by the caller.
    public static ModelBundle openTiny() {
        return ModelBundle.open(tiny());
    }

    /// A copy that the test may spoil.
    ///
    /// @param folder is created
    public static Path copyTiny(Path folder) {
        try {
            Files.createDirectories(folder);
            copy("manifest.json", folder);
            for (JsonNode file : readManifest(folder).findValues("file")) {
                copy(file.asText(), folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode readManifest(Path folder) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(folder.resolve("manifest.json")));
    }

    static void editManifest(Path folder, Consumer<ObjectNode> edit) throws IOException {
        ObjectNode manifest = readManifest(folder);
        edit.accept(manifest);
        Files.write(folder.resolve("manifest.json"), JSON.writeValueAsBytes(manifest));
    }

    /// Replaces a file and its hash, so that only what is behind the hash can complain.
    static void replace(Path folder, String file, byte[] bytes) throws IOException {
        Files.write(folder.resolve(file), bytes);
        editManifest(folder, manifest -> {
            for (JsonNode entry : manifest.findParents("file")) {
                if (entry.get("file").asText().equals(file)) {
                    ((ObjectNode) entry).put("sha256", Sha256.hex(bytes));
                }
            }
        });
    }

    private static void copy(String name, Path folder) throws IOException {
        try (InputStream in = TestBundles.class.getResourceAsStream(TINY + name)) {
            if (in == null) {
                throw new FileNotFoundException(TINY + name);
            }
            Files.copy(in, folder.resolve(name));
        }
    }

    /// One folder for every process of a module's tests, under `target`, named by the content: processes that are
    /// killed leave nothing behind in the temporary folder.
    private static final class Shared {

        static final Path FOLDER = create();

        private static Path create() {
            try (InputStream manifest = TestBundles.class.getResourceAsStream(TINY + "manifest.json")) {
                if (manifest == null) {
                    throw new FileNotFoundException(TINY + "manifest.json");
                }
                String hash = Sha256.hex(manifest.readAllBytes()).substring(0, 12);
                Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
                Path folder = target.resolve("tiny-bundle-" + hash);
                return Files.isDirectory(folder) ? folder : unpack(target, folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Other processes see the whole folder or none.
        private static Path unpack(Path target, Path folder) throws IOException {
            Path part = copyTiny(Files.createTempDirectory(target, "tiny-bundle-part-"));
            try {
                return Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                if (Files.isDirectory(folder)) {
                    return folder; // another process was first
                }
                throw e;
            }
        }
    }

    /// A window of a hummed vowel.
    ///
    /// @param level of the loudest sample, in [0, 1]
    public static float[] hum(int samples, double level) {
        float[] wave = new float[samples];
        for (int i = 0; i < samples; i++) {
            double t = i / 16000.0;
            double sum = 0;
            for (int harmonic : List.of(1, 2, 3, 4, 5, 8, 13)) {
                sum += Math.sin(2 * Math.PI * 140 * harmonic * t) / harmonic;
            }
            wave[i] = (float) (level * sum / 2.5);
        }
        return wave;
    }
}

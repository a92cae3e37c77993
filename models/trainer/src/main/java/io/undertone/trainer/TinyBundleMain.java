package io.undertone.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Makes the tiny bundle of the tests in seconds, by the same code as any other, from a [SyntheticCorpus].
/// Argument: the folder of the bundle, which is replaced file by file.
public final class TinyBundleMain {

    private TinyBundleMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: TinyBundleMain BUNDLE_FOLDER");
            System.exit(2);
        }
        TrainerMain.singleThreaded();
        Path work = Files.createTempDirectory("tiny-bundle");
        try {
            Path bundle = train(work);
            Path target = Files.createDirectories(Path.of(args[0]));
            for (Path file : list(bundle)) {
                Files.write(target.resolve(Objects.requireNonNull(file.getFileName())), Files.readAllBytes(file));
            }
        } finally {
            delete(work);
        }
    }

    /// Writes the corpus under `work` and trains.
    ///
    /// @return the bundle's folder
    static Path train(Path work) throws IOException, InterruptedException {
        SyntheticCorpus.write(work.resolve("corpus"), 10, 3, 1);
        TrainConfig config = config();
        RunFolder folder = RunFolder.create(work, config, TrainerMain.clock());
        return new TrainingRun(config, work.resolve("corpus"), work.resolve("cache"), folder, Progress.NONE).run();
    }

    static TrainConfig config() {
        try (InputStream in = TinyBundleMain.class.getResourceAsStream("tiny.yaml")) {
            if (in == null) {
                throw new IllegalStateException("tiny.yaml is missing from the jar");
            }
            return TrainConfig.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "tiny.yaml");
        } catch (IOException e) {
            throw new UncheckedIOException("tiny.yaml cannot be read", e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.undertone.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One folder a run, `<name>-<time>`: `config.yaml`, `log.txt`, `metrics.json`, `checkpoint.bin`, `bundle/`.
/// Written by the training thread.
final class RunFolder {

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path path;
    private final Clock clock;
    private final Map<String, Object> metrics = new LinkedHashMap<>();

    private RunFolder(Path path, Clock clock) {
        this.path = path;
        this.clock = clock;
    }

    /// A new folder under `runs` with the configuration in it.
    static RunFolder create(Path runs, TrainConfig config, Clock clock) {
        String stamp = LocalDateTime.now(clock.withZone(ZoneOffset.UTC)).format(STAMP);
        Path path = runs.resolve(config.name() + "-" + stamp);
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve("config.yaml"), config.toYaml());
        } catch (IOException e) {
            throw new InvalidInputException("the run folder " + path + " cannot be written: " + e.getMessage(), e);
        }
        return new RunFolder(path, clock);
    }

    /// A folder that is there already.
    ///
    /// @throws InvalidInputException if it is no run folder
    static RunFolder resume(Path path, Clock clock) {
        if (!Files.isRegularFile(path.resolve("config.yaml"))) {
            throw new InvalidInputException(path + " is not a run folder: it has no config.yaml");
        }
        RunFolder folder = new RunFolder(path, clock);
        Path metrics = path.resolve("metrics.json");
        if (Files.exists(metrics)) {
            try {
                JSON.readTree(metrics.toFile())
                        .properties()
                        .forEach(field -> folder.metrics.put(field.getKey(), field.getValue()));
            } catch (IOException e) {
                throw new InvalidInputException(metrics + " cannot be read: " + e.getMessage(), e);
            }
        }
        return folder;
    }

    Path path() {
        return path;
    }

    Path checkpoint() {
        return path.resolve("checkpoint.bin");
    }

    Path bundle() {
        return path.resolve("bundle");
    }

    /// A line in the log file, and in the process' log.
    void log(String line) {
        LOG.info("{}", line);
        try {
            Files.write(
                    path.resolve("log.txt"),
                    List.of(clock.instant() + " " + line),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the log of " + path + " cannot be written", e);
        }
    }

    /// Puts a value into `metrics.json`; a later one of the same key replaces it.
    void metric(String key, Object value) {
        metrics.put(key, value);
        try {
            JSON.writeValue(path.resolve("metrics.json").toFile(), metrics);
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics of " + path + " cannot be written", e);
        }
    }
}

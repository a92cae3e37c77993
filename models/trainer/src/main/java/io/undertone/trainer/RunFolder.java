package io.undertone.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One folder a run, `<name>-<time>`: `config.yaml`, `log.txt`, `metrics.json`, `checkpoint.bin`, `picture.json`,
/// `report.html`, `evaluation.jsonl`, `bundle/`.
/// Written by the training thread.
final class RunFolder {

    /// Name of the file of a [RunPicture].
    static final String PICTURE = "picture.json";

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path path;
    private final Clock clock;
    private final ObjectNode metrics;

    private RunFolder(Path path, Clock clock, ObjectNode metrics) {
        this.path = path;
        this.clock = clock;
        this.metrics = metrics;
    }

    /// The time as it stands in the names of folders.
    static String stamp(Clock clock) {
        return LocalDateTime.now(clock.withZone(ZoneOffset.UTC)).format(STAMP);
    }

    /// A new folder under `runs` with the configuration in it.
    static RunFolder create(Path runs, TrainConfig config, Clock clock) {
        Path path = runs.resolve(config.name() + "-" + stamp(clock));
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve("config.yaml"), config.toYaml());
        } catch (IOException e) {
            throw new InvalidInputException("the run folder " + path + " cannot be written: " + e.getMessage(), e);
        }
        return new RunFolder(path, clock, JSON.createObjectNode());
    }

    /// A folder that is there already.
    ///
    /// @throws InvalidInputException if it is no run folder
    static RunFolder resume(Path path, Clock clock) {
        if (!Files.isRegularFile(path.resolve("config.yaml"))) {
            throw new InvalidInputException(path + " is not a run folder: it has no config.yaml");
        }
        return new RunFolder(path, clock, readMetrics(path));
    }

    /// What `metrics.json` of a run folder holds; empty if there is none yet.
    static ObjectNode readMetrics(Path run) {
        Path file = run.resolve("metrics.json");
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode metrics) {
                return metrics;
            }
            throw new InvalidInputException(file + " must hold a JSON object");
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
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
        metrics.set(key, JSON.valueToTree(value));
        writeMetrics();
    }

    /// Keeps what the report draws beside the metrics.
    void picture(RunPicture picture) {
        WholeFile.write(path.resolve(PICTURE), out -> out.write(JSON.writeValueAsBytes(picture)));
    }

    /// Appends an epoch to the list of its stage in `metrics.json`: `epoch`, `score` and its measures. Entries of
    /// this and later epochs, of a process that ended before its checkpoint, are replaced.
    ///
    /// @param epoch from 1
    void epoch(String stage, int epoch, Stage.Epoch result) {
        ArrayNode epochs = JSON.createArrayNode();
        for (JsonNode before : metrics.path(stage)) {
            if (before.path("epoch").asInt() < epoch) {
                epochs.add(before);
            }
        }
        ObjectNode entry = epochs.addObject().put("epoch", epoch).put("score", result.score());
        result.measures().forEach(entry::put);
        metrics.set(stage, epochs);
        writeMetrics();
    }

    private void writeMetrics() {
        WholeFile.write(path.resolve("metrics.json"), out -> out.write(JSON.writeValueAsBytes(metrics)));
    }
}

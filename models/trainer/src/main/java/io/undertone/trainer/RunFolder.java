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

/// One folder a run, `<name>-<time>`: `config.yaml`, `log.txt`, `metrics.json`, `checkpoint.bin`, of a run with a joint
/// stage `checkpoint-aligned.bin`, `picture.json`, `report.html`, `evaluation.jsonl`, `bundle/`.
/// Written by the training thread.
final class RunFolder {

    /// Name of the file of a [RunPicture].
    static final String PICTURE = "picture.json";

    /// Name of the file of the last [Checkpoint].
    static final String CHECKPOINT = "checkpoint.bin";

    /// Name of the file of the checkpoint that the joint stage began with; only where there is such a stage.
    static final String ALIGNED = "checkpoint-aligned.bin";

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

    /// A new folder that goes on into the joint stage from where a run ended its second one: with that checkpoint, and
    /// with the metrics of its first two stages. The run itself stays as it is.
    ///
    /// @param runs where the folder is made
    /// @param config differs in what comes after the second stage alone
    /// @param run folder whose second stage is done
    /// @param source of the configuration, for messages
    /// @throws InvalidInputException if the run is not that far, or the configuration differs in more
    static RunFolder after(Path runs, TrainConfig config, Path run, String source, Clock clock) {
        TrainConfig old = TrainConfig.read(required(run).resolve("config.yaml"));
        if (!config.joint().enabled()) {
            throw new InvalidInputException(source + ": epochs of joint must be positive to go on from " + run + ": 0");
        }
        List<String> differences = config.differencesBeforeJoint(old);
        if (!differences.isEmpty()) {
            throw new InvalidInputException(source + " may differ from " + run.resolve("config.yaml")
                    + " in joint, calibration, prompts, name, version and licence alone; it also does in "
                    + String.join(", ", differences));
        }
        Path aligned = run.resolve(Files.exists(run.resolve(ALIGNED)) ? ALIGNED : CHECKPOINT);
        Checkpoint checkpoint = Checkpoint.read(aligned);
        var spec = old.alignment();
        var stopping = new EarlyStopping(spec.patience(), checkpoint.bestEpoch(), checkpoint.bestScore());
        if (checkpoint.stage() != 2
                || (checkpoint.epoch() < spec.epochs() && !stopping.endsAfter(checkpoint.epoch()))) {
            throw new InvalidInputException(run + " must be done with its second stage: " + aligned + " is of stage "
                    + checkpoint.stage() + ", epoch " + checkpoint.epoch());
        }
        RunFolder folder = create(runs, config, clock);
        checkpoint.write(folder.checkpoint());
        ObjectNode before = readMetrics(run);
        for (String key : List.of("clips", "parameters", "supervised", "alignment")) {
            if (before.has(key)) {
                folder.metric(key, before.get(key));
            }
        }
        folder.log("goes on from " + aligned + " into the joint stage");
        return folder;
    }

    private static Path required(Path run) {
        if (!Files.isRegularFile(run.resolve("config.yaml"))) {
            throw new InvalidInputException(run + " is not a run folder: it has no config.yaml");
        }
        return run;
    }

    /// A folder that is there already.
    ///
    /// @throws InvalidInputException if it is no run folder
    static RunFolder resume(Path path, Clock clock) {
        return new RunFolder(required(path), clock, readMetrics(path));
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
        return path.resolve(CHECKPOINT);
    }

    /// Puts the checkpoint of the second stage aside before the joint stage writes over it, so that another joint stage
    /// can start from it.
    void keepAligned() {
        Checkpoint.read(checkpoint()).write(path.resolve(ALIGNED));
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

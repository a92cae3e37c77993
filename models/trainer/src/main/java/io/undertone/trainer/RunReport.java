package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/// `report.html` of a run: one file that needs nothing else and no network, drawn by Apache ECharts. Shows what there
/// is: a run that is not finished has curves only.
final class RunReport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "/io/undertone/trainer/report.html";
    private static final String WEBJAR = "/META-INF/maven/org.webjars/echarts/pom.properties";

    private RunReport() {}

    /// Writes the report from the files of the run's folder.
    ///
    /// @return the file
    /// @throws InvalidInputException if this is no run folder
    static Path write(Path run) {
        Path config = run.resolve("config.yaml");
        if (!Files.isRegularFile(config)) {
            throw new InvalidInputException(run + " is not a run folder: it has no config.yaml");
        }
        TrainConfig read = TrainConfig.read(config);
        ObjectNode data = JSON.createObjectNode();
        data.put(
                "run",
                Objects.requireNonNull(run.toAbsolutePath().normalize().getFileName())
                        .toString());
        data.put("about", about(read));
        data.set("metrics", RunFolder.readMetrics(run));
        data.set("picture", picture(run.resolve(RunFolder.PICTURE)));
        data.putObject("kept")
                .put("supervised", read.supervised().patience() > 0)
                .put("alignment", read.alignment().patience() > 0)
                .put("joint", read.joint().patience() > 0);
        try {
            data.put("config", Files.readString(config));
            String page =
                    resource(TEMPLATE).replace("@ECHARTS@", resource(script())).replace("@DATA@", embedded(data));
            Path file = run.resolve("report.html");
            WholeFile.write(file, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the report of " + run + " cannot be written", e);
        }
    }

    private static String about(TrainConfig config) {
        var loss = config.alignment();
        return config.name() + " " + config.version() + ", seed " + config.seed() + ", "
                + loss.loss().toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                + (loss.classWeight() > 0 ? " with " + loss.classWeight() + " of a class-aware term" : "") + ", from "
                + String.join(", ", config.data().corpora());
    }

    private static JsonNode picture(Path file) {
        if (!Files.exists(file)) {
            return JSON.nullNode();
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// JSON that may stand inside a script element.
    private static String embedded(JsonNode data) throws JsonProcessingException {
        return JSON.writeValueAsString(data).replace("<", "\\u003c");
    }

    /// Where the library lies in its jar: the path holds its version.
    private static String script() throws IOException {
        Properties properties = new Properties();
        properties.load(new java.io.StringReader(resource(WEBJAR)));
        return "/META-INF/resources/webjars/echarts/" + properties.getProperty("version") + "/echarts.min.js";
    }

    private static String resource(String path) throws IOException {
        try (InputStream in = RunReport.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

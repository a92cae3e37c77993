package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.streams.cli.TagJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/// The figures as one HTML file that needs nothing else and no network, drawn by Apache ECharts.
final class BenchPage {

    private static final String TEMPLATE = "/io/undertone/deploy/bench/bench.html";
    private static final String WEBJAR = "/META-INF/maven/org.webjars/echarts/pom.properties";

    private BenchPage() {}

    /// @throws InvalidInputException if the file cannot be written
    static void write(BenchReport report, Path file) {
        ObjectNode data = report.json();
        ArrayNode curves = data.putArray("curves");
        report.live()
                .forEach(run -> curve(
                        curves.addObject().put("guarantee", run.guarantee().name()), run.latencies()));
        try {
            String page = resource(TEMPLATE)
                    .replace("@ECHARTS@", resource(script()))
                    .replace("@DATA@", TagJson.write(data).replace("<", "\\u003c"));
            Files.writeString(file, page);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /// How many windows in a hundred had their tag by then.
    private static void curve(ObjectNode json, Histogram latencies) {
        ArrayNode points = json.putArray("points");
        for (HistogramIterationValue value : latencies.percentiles(5)) {
            points.addArray().add(value.getValueIteratedTo()).add(value.getPercentileLevelIteratedTo());
        }
    }

    /// Where the library lies in its jar: the path holds its version.
    private static String script() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(resource(WEBJAR)));
        return "/META-INF/resources/webjars/echarts/" + properties.getProperty("version") + "/echarts.min.js";
    }

    private static String resource(String path) throws IOException {
        try (InputStream in = BenchPage.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TrainingLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelFileTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    @TempDir
    Path folder;

    @Test
    void shouldReadLabelsOfASpreadsheet() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.csv"), """
            \uFEFFcall,channel,from,to,at,emotion,intensity,valence,arousal
            "call, 1",customer,12,15.5,,Anger,strong,,
            call-2,"say ""a""\",,,3.25,,,-0.5,0.75

            """);

        assertThat(labels(file))
                .containsExactly(
                        new TrainingLabel(
                                "call, 1", "customer", 12_000L, 15_500L, "anger", "strong", null, null, 1.0, NOW),
                        new TrainingLabel("call-2", "say \"a\"", 3_250L, 3_250L, null, null, -0.5, 0.75, 1.0, NOW));
    }

    @Test
    void shouldReadLabelsOfMachines() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.jsonl"), """
            {"call": "call-1", "channel": "customer", "at": 12, "emotion": "relief", "weight": 2, "valence": null}
            """);

        assertThat(labels(file))
                .containsExactly(new TrainingLabel(
                        "call-1", "customer", 12_000L, 12_000L, "relief", null, null, null, 2.0, NOW));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"call": "c", "channel": "d", "at": 1, "emotion": "angr"} | emotion must be one of neutral, calm,
        {"call": "c", "channel": "d", "at": 1} | emotion must be given, or valence and arousal, or all of them
        {"call": "c", "channel": "d", "at": 1, "valence": 0.5} | valence and arousal must be given together, not valence alone
        {"call": "c", "channel": "d", "at": 1, "valence": 1.5, "arousal": 0} | valence must be in [-1, 1]: 1.5
        {"call": "c", "channel": "d", "at": 1, "valence": "high", "arousal": 0} | valence must be a number: 'high'
        {"call": "c", "channel": "d", "at": 1, "valence": "NaN", "arousal": 0} | valence must be in [-1, 1]: NaN
        {"call": "c", "channel": "d", "at": 1, "emotion": "calm", "weight": 0} | weight must be positive: 0
        {"call": "c", "channel": "d", "at": 1, "emotion": "calm", "intensity": "very"} | intensity must be one of normal, strong: 'very'
        {"call": "c", "channel": "d", "from": 2, "to": 1, "emotion": "calm"} | at must be given, or from and to in this order
        {"call": "c", "channel": "d", "from": 2, "emotion": "calm"} | at must be given, or from and to
        {"call": "c", "channel": "d", "at": -1, "emotion": "calm"} | at must be in [0, 10000000]: -1
        {"call": "c", "at": 1, "emotion": "calm"} | channel is missing
        {"call": "c", "channel": "d", "at": 1, "emotions": "calm"} | unknown key 'emotions'; known: call, channel, at
        {"call": "c", "channel": ["d"], "at": 1} | channel must be a single value
        ["c"] | must be a JSON object
        {"call" | not JSON:
        """)
    void shouldNameFileAndLineOfWhatIsWrong(String line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("labels.jsonl"), "\n" + line + "\n");

        assertThatThrownBy(() -> labels(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ":2: " + message);
    }

    @Test
    void shouldSayThatALineHasOtherFieldsThanTheFirst() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.csv"), "call,channel,at,emotion\nc,d,1\n");

        assertThatThrownBy(() -> labels(file)).hasMessage(file + ":2: must have 4 fields, as the first line has: 3");
    }

    @Test
    void shouldKnowTheCategoriesThatTheTrainerKnows() throws IOException {
        String table = Files.readString(
                Path.of("../models/trainer/src/main/resources/io/undertone/trainer/corpus/emotions.yaml"));
        var root = new YAMLMapper().readTree(table);
        List<String> names = new ArrayList<>();
        root.get("emotions").fieldNames().forEachRemaining(names::add);
        root.get("synonyms").fieldNames().forEachRemaining(names::add);
        List<String> intensities = new ArrayList<>();
        root.get("intensities").fieldNames().forEachRemaining(intensities::add);

        assertThat(Emotions.NAMES).containsExactlyElementsOf(names);
        assertThat(Emotions.INTENSITIES).containsExactlyElementsOf(intensities);
    }

    private static List<TrainingLabel> labels(Path file) {
        return LabelFile.read(file).stream().map(row -> row.label(NOW)).toList();
    }
}

package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// Sentences with valence and arousal as readers rated them: a CSV file with the columns `text`, `V` and `A`, from
/// 1 to 5 with 3 as neutral, and `split` (EmoBank; Buechel and Hahn 2017): what is marked `train` may be learned from,
/// the others are measured on.
public final class RatedSentences {

    /// @param place the ratings, moved to [-1, 1]
    public record Sentence(String text, Affect place) {}

    private RatedSentences() {}

    /// @throws InvalidInputException naming the file, the row and the value
    public static List<Sentence> forMeasuring(Path file) {
        return read(file, false);
    }

    /// @throws InvalidInputException naming the file, the row and the value
    public static List<Sentence> forTraining(Path file) {
        return read(file, true);
    }

    private static List<Sentence> read(Path file, boolean wanted) {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                var rows = format.parse(reader)) {
            for (String column : List.of("text", "V", "A")) {
                if (!rows.getHeaderMap().containsKey(column)) {
                    throw new InvalidInputException(
                            file + " has no column '" + column + "'; it has " + rows.getHeaderNames());
                }
            }
            List<Sentence> sentences = new ArrayList<>();
            for (CSVRecord row : rows) {
                boolean train = row.isSet("split") && row.get("split").equals("train");
                if (train == wanted && !row.get("text").isBlank()) {
                    sentences.add(sentence(row, file));
                }
            }
            return sentences;
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Sentence sentence(CSVRecord row, Path file) {
        try {
            double valence = (Double.parseDouble(row.get("V")) - 3) / 2;
            double arousal = (Double.parseDouble(row.get("A")) - 3) / 2;
            return new Sentence(row.get("text"), new Affect(valence, arousal));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    file + " row " + (row.getRecordNumber() + 1) + " must have V and A in [1, 5]: '" + row.get("V")
                            + "', '" + row.get("A") + "'",
                    e);
        }
    }
}

package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// Reads `labels.csv` of a corpus root. Columns: `path` and `speaker`, and of `emotion` (with `intensity`), `valence`
/// and `arousal` in [-1, 1], `caption` what there is; `corpus` (default: the first folder of the path), `gender` and
/// `language`. A row has an emotion, or valence, or arousal, or several of them: corpora of different labels may stand
/// in one file.
public final class LabelsFile {

    private LabelsFile() {}

    /// @return the clips in the file's order
    /// @throws InvalidInputException naming the file, the line, the column and the value
    public static List<Clip> read(Path root) {
        Path file = root.resolve("labels.csv");
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                var parser = format.parse(reader)) {
            for (String column : List.of("path", "speaker")) {
                if (!parser.getHeaderMap().containsKey(column)) {
                    throw new InvalidInputException(file + " has no column '" + column + "'; it has "
                            + parser.getHeaderMap().keySet());
                }
            }
            List<Clip> clips = new ArrayList<>();
            for (CSVRecord row : parser) {
                clips.add(clip(row, file + " line " + parser.getCurrentLineNumber()));
            }
            return clips;
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("no labels at " + file + "; a corpus root holds labels.csv", e);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Clip clip(CSVRecord row, String where) {
        String path = column(row, "path");
        String speaker = column(row, "speaker");
        if (path.isEmpty() || speaker.isEmpty()) {
            throw new InvalidInputException(where + " must have path and speaker: '" + path + "', '" + speaker + "'");
        }
        String corpus = column(row, "corpus");
        if (corpus.isEmpty()) {
            corpus = path.contains("/") ? path.substring(0, path.indexOf('/')) : "corpus";
        }
        String emotion = EmotionTable.canonical(column(row, "emotion"));
        String caption = column(row, "caption");
        Place rated = new Place(rating(row, "valence", where), rating(row, "arousal", where));
        if (emotion.isEmpty() && rated.isUnknown()) {
            throw new InvalidInputException(where + " must have an emotion, valence or arousal; all are empty");
        }
        return new Clip(
                path,
                corpus,
                speaker,
                column(row, "gender"),
                emotion,
                column(row, "intensity"),
                rated,
                caption.isEmpty() ? null : caption,
                column(row, "language"));
    }

    /// NaN where the column is missing or empty.
    private static double rating(CSVRecord row, String name, String where) {
        String text = column(row, name);
        if (text.isEmpty()) {
            return Double.NaN;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= -1 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw new InvalidInputException(where + ": " + name + " must be a number in [-1, 1], or empty: '" + text + "'");
    }

    private static String column(CSVRecord row, String name) {
        return row.isMapped(name) && row.isSet(name) ? row.get(name).strip() : "";
    }
}

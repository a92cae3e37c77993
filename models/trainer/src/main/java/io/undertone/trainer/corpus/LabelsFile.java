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
import org.jspecify.annotations.Nullable;

/// Reads `labels.csv` of a corpus root. Columns: `path` and `speaker`, and of `emotion` (with `intensity`),
/// `valence` and `arousal` in [-1, 1], `caption` what there is; `corpus` (default: the first folder of the path),
/// `gender` and `language`.
public final class LabelsFile {

    private LabelsFile() {}

    /// @return the clips in the file's order
    /// @throws InvalidInputException naming the file, the row and the value
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
                clips.add(clip(row, file + " row " + (row.getRecordNumber() + 1)));
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
        Affect rated = rated(row, where);
        if (emotion.isEmpty() && rated == null) {
            throw new InvalidInputException(where + " must have an emotion, or valence and arousal");
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

    private static @Nullable Affect rated(CSVRecord row, String where) {
        String valence = column(row, "valence");
        String arousal = column(row, "arousal");
        if (valence.isEmpty() && arousal.isEmpty()) {
            return null;
        }
        try {
            return new Affect(Double.parseDouble(valence), Double.parseDouble(arousal));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    where + " must have valence and arousal in [-1, 1]: '" + valence + "', '" + arousal + "'", e);
        }
    }

    private static String column(CSVRecord row, String name) {
        return row.isMapped(name) && row.isSet(name) ? row.get(name).strip() : "";
    }
}

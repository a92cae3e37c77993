package io.undertone.streams.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Many labels in a file: CSV with the keys in its first line when the name ends so, else a JSON object a line.
final class LabelFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LabelFile() {}

    /// @throws InvalidInputException naming file and line
    static List<LabelRow> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("the file of labels " + file + " does not exist", e);
        } catch (MalformedInputException e) {
            throw new InvalidInputException(file + ": not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInputException("the file of labels " + file + " cannot be read: " + e, e);
        }
        boolean csv = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
        List<LabelRow> rows = new ArrayList<>();
        List<String> header = List.of();
        for (int i = 0; i < lines.size(); i++) {
            String line = i == 0 ? withoutMark(lines.get(i)) : lines.get(i);
            String where = file + ":" + (i + 1) + ": ";
            if (csv && header.isEmpty()) {
                header = fields(line, where);
            } else if (!line.isBlank()) {
                rows.add(new LabelRow(csv ? row(header, fields(line, where), where) : object(line, where), where));
            }
        }
        if (rows.isEmpty()) {
            throw new InvalidInputException(file + " holds no label");
        }
        return rows;
    }

    /// Spreadsheets write a byte-order mark.
    private static String withoutMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static Map<String, String> row(List<String> header, List<String> fields, String where) {
        if (fields.size() != header.size()) {
            throw new InvalidInputException(
                    where + "must have " + header.size() + " fields, as the first line has: " + fields.size());
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            values.put(header.get(i), fields.get(i));
        }
        return values;
    }

    /// Fields of a line (RFC 4180, without line ends inside of quotes).
    static List<String> fields(String line, String where) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw new InvalidInputException(where + "a quote is not closed");
        }
        fields.add(field.toString().strip());
        return fields;
    }

    private static Map<String, String> object(String line, String where) {
        try {
            JsonNode json = JSON.readTree(line);
            if (!json.isObject()) {
                throw new InvalidInputException(where + "must be a JSON object");
            }
            Map<String, String> values = new HashMap<>();
            for (Map.Entry<String, JsonNode> entry : json.properties()) {
                if (entry.getValue().isContainerNode()) {
                    throw new InvalidInputException(where + entry.getKey() + " must be a single value");
                }
                if (!entry.getValue().isNull()) {
                    values.put(entry.getKey(), entry.getValue().asText());
                }
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(where + "not JSON: " + e.getOriginalMessage(), e);
        }
    }
}

package io.undertone.rank;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A prompt file, read token by token so that every complaint has a line and a column.
final class PromptFile {

    private static final long MAX_BYTES = 16_000_000;
    private static final int MAX_ID_LENGTH = 48;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final JsonParser parser;
    private final List<Prompt> prompts = new ArrayList<>();
    private final Map<String, Integer> lineOfId = new HashMap<>();

    private PromptFile(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static List<Prompt> read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new InvalidInputException("prompt file " + file + " has " + Files.size(file) + " bytes; at most "
                        + MAX_BYTES + " are read");
            }
            try (JsonParser parser = JSON.createParser(Files.readAllBytes(file))) {
                return new PromptFile(file, parser).prompts();
            }
        } catch (JsonProcessingException e) {
            throw at(file, e.getLocation(), firstLine(e.getOriginalMessage()), e);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("prompt file " + file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException("prompt file " + file + " cannot be read: " + e, e);
        }
    }

    private List<Prompt> prompts() throws IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw wrong("expected an array of strings or of {\"id\", \"text\"}");
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            JsonLocation start = parser.currentTokenLocation();
            switch (token) {
                case VALUE_STRING -> add(start, slug(parser.getText()), parser.getText());
                case START_OBJECT -> addObject(start);
                case null, default -> throw wrong("expected a string or {\"id\", \"text\"}");
            }
        }
        if (prompts.isEmpty()) {
            throw wrong("expected at least one prompt");
        }
        if (parser.nextToken() != null) {
            throw wrong("expected nothing after the array");
        }
        return List.copyOf(prompts);
    }

    private void addObject(JsonLocation start) throws IOException {
        String id = null;
        String text = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonLocation keyAt = parser.currentTokenLocation();
            if (!key.equals("id") && !key.equals("text")) {
                throw at(file, keyAt, "unknown key '" + key + "'; expected id and text", null);
            }
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw wrong("'" + key + "' must be a string");
            }
            if (key.equals("id")) {
                id = parser.getText();
            } else {
                text = parser.getText();
            }
        }
        if (id == null || text == null) {
            throw at(file, start, "'" + (id == null ? "id" : "text") + "' is missing; expected id and text", null);
        }
        if (id.isBlank()) {
            throw at(file, start, "'id' must not be blank", null);
        }
        add(start, id, text);
    }

    private void add(JsonLocation start, String id, String text) {
        if (text.isBlank()) {
            throw at(file, start, "the text of a prompt must not be blank", null);
        }
        Integer before = lineOfId.putIfAbsent(id, start.getLineNr());
        if (before != null) {
            throw at(
                    file,
                    start,
                    "the id '" + id + "' was given before, in line " + before
                            + "; write {\"id\", \"text\"} with an id of its own",
                    null);
        }
        prompts.add(new Prompt(id, text));
    }

    /// An id made of the text alone: words in lower case ASCII with dashes. What that loses (other scripts, the
    /// end of a long text) is made up for by a piece of the text's hash.
    static String slug(String text) {
        String ascii = Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("['’]", "");
        boolean foreign = ascii.codePoints().anyMatch(c -> c > 127 && Character.isLetterOrDigit(c));
        String words = ascii.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        if (!foreign && !words.isEmpty() && words.length() <= MAX_ID_LENGTH) {
            return words;
        }
        String start =
                words.substring(0, Math.min(words.length(), MAX_ID_LENGTH - 9)).replaceAll("-$", "");
        return start + (start.isEmpty() ? "prompt-" : "-") + Sha256.hex(text, 4);
    }

    private InvalidInputException wrong(String what) {
        return at(file, parser.currentTokenLocation(), what, null);
    }

    private static InvalidInputException at(
            Path file, @Nullable JsonLocation place, String what, @Nullable Exception cause) {
        String where =
                place == null ? "" : " line " + place.getLineNr() + ", column " + Math.max(1, place.getColumnNr());
        String message = "prompt file " + file + where + ": " + what;
        return cause == null ? new InvalidInputException(message) : new InvalidInputException(message, cause);
    }

    private static String firstLine(String message) {
        // Jackson adds where a bracket was opened, in words that help nobody.
        return message.lines().findFirst().orElse("not valid JSON").replaceAll(" \\(start marker at .*", "");
    }
}

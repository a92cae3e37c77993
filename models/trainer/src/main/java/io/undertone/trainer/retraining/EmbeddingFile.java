package io.undertone.trainer.retraining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.EmotionTable;
import io.undertone.trainer.corpus.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Labelled embeddings as JSON, one object a line. Format: `docs/model.md`.
///
/// @param file `-` for standard input, which can be read once
public record EmbeddingFile(Path file) implements EmbeddingSource {

    /// Corpus of the windows of live calls, and of records that name none.
    public static final String LIVE_CALLS = "calls";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return isStandardInput() ? "standard input" : file.toString();
    }

    @Override
    public List<LabelledEmbedding> read() {
        List<LabelledEmbedding> records = new ArrayList<>();
        try (BufferedReader reader = open()) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    records.add(parse(line, name() + " line " + number));
                }
            }
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("the file of embeddings " + file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException("the file of embeddings " + file + " cannot be read: " + e, e);
        }
        if (records.isEmpty()) {
            throw new InvalidInputException(name() + " holds no record");
        }
        return records;
    }

    private boolean isStandardInput() {
        return file.toString().equals("-");
    }

    private BufferedReader open() throws IOException {
        return isStandardInput()
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    /// @param where named in messages
    static LabelledEmbedding parse(String line, String where) {
        try {
            JsonNode json = JSON.readTree(line);
            JsonNode said = json.path("said");
            return new LabelledEmbedding(
                    label(json, where),
                    embedding(json.path("embedding"), where),
                    required(said, "valence", "said.valence", where),
                    required(said, "arousal", "said.arousal", where),
                    json.has("weight") ? required(json, "weight", "weight", where) : 1,
                    text(json, "model", where));
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(where + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(where + ": " + e.getMessage(), e);
        }
    }

    private static Clip label(JsonNode json, String where) {
        JsonNode label = json.path("label");
        String emotion = EmotionTable.canonical(label.path("emotion").asText(""));
        Place rated = new Place(rating(label, "valence", where), rating(label, "arousal", where));
        if (emotion.isEmpty() && rated.isUnknown()) {
            throw new InvalidInputException(
                    where + ": label.emotion is missing, and there is neither label.valence nor label.arousal");
        }
        Clip clip = new Clip(
                where,
                json.path("corpus").asText(LIVE_CALLS),
                json.path("speaker").asText(where),
                "",
                emotion,
                label.path("intensity").asText(""),
                rated,
                null);
        if (EmotionTable.place(clip).isUnknown()) {
            throw new InvalidInputException(
                    where + ": label.emotion must be a category of emotions.yaml, or stand beside label.valence or"
                            + " label.arousal: '" + emotion + "'");
        }
        return clip;
    }

    /// NaN where the label does not say it.
    private static double rating(JsonNode label, String key, String where) {
        return label.has(key) ? required(label, key, "label." + key, where) : Double.NaN;
    }

    private static Embedding embedding(JsonNode values, String where) {
        if (!values.isArray() || values.isEmpty()) {
            throw new InvalidInputException(where + ": embedding is missing; expected an array of numbers");
        }
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            if (!values.get(i).isNumber()) {
                throw new InvalidInputException(where + ": embedding[" + i + "] must be a number: " + values.get(i));
            }
            floats[i] = values.get(i).floatValue();
        }
        return Embedding.normalized(floats);
    }

    private static double required(JsonNode json, String key, String name, String where) {
        JsonNode value = json.path(key);
        if (!value.isNumber()) {
            throw new InvalidInputException(
                    where + ": " + name + (value.isMissingNode() ? " is missing" : " must be a number: " + value));
        }
        return value.doubleValue();
    }

    private static String text(JsonNode json, String key, String where) {
        if (!json.path(key).isTextual()) {
            throw new InvalidInputException(where + ": " + key + " is missing");
        }
        return json.path(key).asText();
    }

    /// One line, without its end.
    public static String toLine(LabelledEmbedding record) {
        ObjectNode json = JSON.createObjectNode();
        json.put("model", record.model());
        var values = json.putArray("embedding");
        for (float value : record.embedding().toArray()) {
            values.add(Math.round(value * 1e6) / 1e6);
        }
        json.putObject("said")
                .put("valence", Math.round(record.valence() * 1e4) / 1e4)
                .put("arousal", Math.round(record.arousal() * 1e4) / 1e4);
        ObjectNode label = json.putObject("label");
        Clip clip = record.label();
        if (!clip.emotion().isEmpty()) {
            label.put("emotion", clip.emotion());
        }
        if (!clip.intensity().isEmpty()) {
            label.put("intensity", clip.intensity());
        }
        if (clip.rated().hasValence()) {
            label.put("valence", clip.rated().valence());
        }
        if (clip.rated().hasArousal()) {
            label.put("arousal", clip.rated().arousal());
        }
        json.put("speaker", clip.speaker()).put("corpus", clip.corpus()).put("weight", record.weight());
        return json.toString();
    }
}

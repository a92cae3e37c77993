package io.undertone.streams.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A YAML document that remembers the line of everything in it, so that a complaint can point there. Jackson's own
/// binding forgets the lines once it has built a tree, and knows no default beside a field.
sealed interface YamlNode {

    /// Line in the document, from 1.
    int line();

    record Scalar(String text, int line) implements YamlNode {}

    /// A key with nothing behind it: as if the key were not there.
    record Empty(int line) implements YamlNode {}

    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {}

    /// @param source names the document in messages
    /// @throws InvalidInputException with the line if this is no YAML mapping
    static Mapping parse(String yaml, String source) {
        try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return new Mapping(Map.of(), 1);
            }
            YamlNode root = read(parser, source);
            if (root instanceof Mapping mapping) {
                return mapping;
            }
            throw new InvalidInputException(source + ":" + root.line() + ": expected keys and values ('key: value')");
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            // Without its cause, which quotes the lines around the mistake: there may be secrets among them.
            String reason = e.getOriginalMessage().lines().findFirst().orElse("not readable");
            throw new InvalidInputException(source + ":" + line + ": not YAML: " + reason);
        } catch (IOException e) {
            throw new InvalidInputException(source + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static YamlNode read(JsonParser parser, String source) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        @Nullable JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> entries = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                int keyLine = parser.currentTokenLocation().getLineNr();
                parser.nextToken();
                if (entries.put(key, read(parser, source)) != null) {
                    throw new InvalidInputException(source + ":" + keyLine + ": key '" + key + "' stands there twice");
                }
            }
            return new Mapping(entries, line);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(read(parser, source));
            }
            return new Sequence(items, line);
        }
        if (token == JsonToken.VALUE_NULL) {
            return new Empty(line);
        }
        return new Scalar(parser.getText(), line);
    }
}

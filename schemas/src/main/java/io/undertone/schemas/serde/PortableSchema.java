package io.undertone.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/// A schema as other languages know it: without `avro.java.string`, which the generator adds for Java. A registry takes
/// schemas that differ only in it for two versions.
public final class PortableSchema {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JAVA_STRING = "avro.java.string";

    private PortableSchema() {}

    /// The schema as JSON, on several lines.
    public static String json(Schema schema) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(strip(JSON.readTree(schema.toString())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("schema " + schema.getFullName() + " is no JSON", e);
        }
    }

    private static JsonNode strip(JsonNode node) {
        return switch (node) {
            case ObjectNode object when object.has(JAVA_STRING) && object.size() == 2 -> TextNode.valueOf("string");
            case ObjectNode object -> {
                object.remove(JAVA_STRING);
                object.properties().forEach(entry -> entry.setValue(strip(entry.getValue())));
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, strip(array.get(i)));
                }
                yield array;
            }
            default -> node;
        };
    }
}

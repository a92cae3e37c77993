package io.undertone.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/// YAML onto records, with dashed keys. Unknown keys, missing ones and wrong values are refused with file, key and
/// value. Immutable.
public final class StrictYaml {

    /// Every component of a record must be there.
    public static final StrictYaml EVERY_KEY = new StrictYaml(true);

    /// Those that are annotated as required must be there.
    public static final StrictYaml REQUIRED_KEYS = new StrictYaml(false);

    private final ObjectMapper mapper;

    private StrictYaml(boolean everyKey) {
        this.mapper = YAMLMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, everyKey)
                .configure(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES, everyKey)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
    }

    private StrictYaml(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /// The same, but that components of a type which are marked by `@JacksonInject(useInput = OptBoolean.TRUE)` may be
    /// missing: what came into files later.
    ///
    /// @param value of those that are missing
    <T> StrictYaml withDefault(Class<T> type, T value) {
        ObjectMapper changed = mapper.copy();
        changed.setInjectableValues(new InjectableValues.Std().addValue(type, value));
        return new StrictYaml(changed);
    }

    /// @param what the file is, for the error: `configuration`
    /// @throws InvalidInputException naming file, key and value
    public <T> T read(Path file, String what, Class<T> type) {
        try {
            return parse(Files.readString(file), file.toString(), type);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("the " + what + " " + file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException("the " + what + " " + file + " cannot be read: " + e, e);
        }
    }

    /// @param source named in messages
    public <T> T parse(String yaml, String source, Class<T> type) {
        try {
            return mapper.readValue(yaml, type);
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidInputException(
                    source + ": unknown key '" + path(e) + "'; known here are "
                            + e.getKnownPropertyIds().stream()
                                    .sorted(Comparator.comparing(Object::toString))
                                    .toList(),
                    e);
        } catch (JsonMappingException e) {
            throw new InvalidInputException(source + ": " + reason(e), e);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new InvalidInputException(
                    source + " is not YAML, line " + at.getLineNr() + " column " + at.getColumnNr() + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    private static String reason(JsonMappingException e) {
        if (e.getCause() instanceof IllegalArgumentException rule) {
            return path(e) + ": " + rule.getMessage();
        }
        if (e.getCause() instanceof NullPointerException) {
            return path(e) + " holds a key without a value";
        }
        String message = e.getOriginalMessage();
        if (message.startsWith("Missing creator property")
                || message.startsWith("Missing required creator property")
                || message.startsWith("Null value for creator property")) {
            return path(e) + " is missing";
        }
        return path(e) + ": " + message;
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                .collect(Collectors.joining("."));
    }

    /// A copy of a record with other values of some keys; its own rules hold for them.
    ///
    /// @throws IllegalArgumentException if the record has no such key, or refuses the value
    <T> T changed(T value, Class<T> type, Map<String, ?> changes) {
        ObjectNode tree = mapper.valueToTree(value);
        changes.forEach((key, changed) -> {
            if (tree.replace(key, mapper.valueToTree(changed)) == null) {
                throw new IllegalArgumentException("there is no key '" + key + "' in " + tree);
            }
        });
        try {
            return mapper.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be changed to " + changes + ": " + e.getOriginalMessage(), e);
        }
    }

    /// As YAML again.
    String write(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as YAML: " + value, e);
        }
    }
}

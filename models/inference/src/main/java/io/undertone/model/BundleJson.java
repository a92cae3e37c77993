package io.undertone.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.SpeechDetectorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The JSON files of a bundle, read strictly: what is unknown, missing, null, doubled or of another type is
/// refused with line and column.
final class BundleJson {

    /// Ids of the values of keys that may be missing; a class may use each once.
    static final String NO_DETECTOR = "speechDetector";

    static final String NO_TEMPERATURE = "probabilityTemperature";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .injectableValues(new InjectableValues.Std()
                    .addValue(NO_DETECTOR, Optional.empty())
                    .addValue(NO_TEMPERATURE, Optional.empty()))
            .build();

    private BundleJson() {}

    /// Reads the value of a key that may be missing. Jackson takes the type from the subclass.
    abstract static class Present<T> extends StdConverter<T, Optional<T>> {
        @Override
        public Optional<T> convert(T value) {
            return Optional.of(value);
        }
    }

    /// Writes the value of a key that is not missing.
    abstract static class Value<T> extends StdConverter<Optional<T>, T> {
        @Override
        public T convert(Optional<T> value) {
            return value.orElseThrow();
        }
    }

    static final class PresentDetector extends Present<SpeechDetectorFile> {}

    static final class DetectorValue extends Value<SpeechDetectorFile> {}

    static final class PresentNumber extends Present<Double> {}

    static final class NumberValue extends Value<Double> {}

    /// Equals what is not written at all, as Jackson asks for it.
    static final class Absent {
        @Override
        public boolean equals(Object value) {
            return value instanceof Optional<?> optional && optional.isEmpty();
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /// @throws InvalidInputException with file, line, column and what is wrong there
    static <T> T read(Path file, byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : " line " + at.getLineNr() + ", column " + at.getColumnNr() + ":";
            throw new InvalidInputException(file + place + " " + what(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] write(Object value) {
        try {
            return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    private static String what(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                "unknown key '" + pathOf(unknown) + "'; known are " + unknown.getKnownPropertyIds();
            case ValueInstantiationException refused
            when refused.getCause() != null ->
                pathOf(refused) + ": " + refused.getCause().getMessage();
            case JsonMappingException mismatch -> pathOf(mismatch) + ": " + firstLine(mismatch.getOriginalMessage());
            default -> firstLine(e.getOriginalMessage());
        };
    }

    private static String pathOf(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.isEmpty() ? "the document" : path.toString();
    }

    private static String firstLine(String message) {
        // Jackson adds where a bracket was opened, in words that help nobody.
        return message.lines().findFirst().orElse("not valid JSON").replaceAll(" \\(start marker at .*", "");
    }
}

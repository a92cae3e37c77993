package io.undertone.streams.config;

import io.undertone.audio.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/// Values of properties that stand elsewhere, such as `${file:/run/secrets/kafka.properties:password}`, read by the
/// providers that `config.providers` names, as every Kafka client does. Done here, once, so that all clients and the
/// registry see the same, and that a variable that stays open is said at the start and not taken for a password.
final class ProvidedValues {

    private static final String PROVIDERS = "config.providers";

    private ProvidedValues() {}

    /// The properties with what the providers gave, and without the providers.
    ///
    /// @param key the key of the configuration that holds the properties
    /// @throws InvalidInputException naming the variable, never a value, if a provider cannot read it
    static Map<String, String> resolve(Map<String, String> properties, String key) {
        String providers = properties.get(PROVIDERS);
        if (providers == null) {
            return properties;
        }
        Map<String, String> given = new TreeMap<>(properties);
        given.put(PROVIDERS, providers.replaceAll("\\s", "")); // Kafka takes a space for a part of the name
        Map<String, String> resolved = new TreeMap<>();
        read(given, key).forEach((name, value) -> resolved.put(name, String.valueOf(value)));
        resolved.keySet().removeIf(name -> name.equals(PROVIDERS) || name.startsWith(PROVIDERS + "."));
        Pattern variable = variable(providers);
        resolved.forEach((name, value) -> {
            Matcher open = variable.matcher(value);
            if (open.find()) {
                throw new InvalidInputException(
                        "'" + key + "': '" + name + "' wants " + open.group() + ", but there is no such file or value");
            }
        });
        return resolved;
    }

    private static Map<String, Object> read(Map<String, String> properties, String key) {
        try {
            return new AbstractConfig(new ConfigDef(), properties, false).originals();
        } catch (KafkaException e) {
            throw new InvalidInputException("'" + key + "': a config provider failed: " + e.getMessage(), e);
        }
    }

    /// A variable of one of the providers; whatever else looks like one is text.
    private static Pattern variable(String providers) {
        String names = String.join(
                "|",
                Arrays.stream(providers.split(",", -1))
                        .map(String::strip)
                        .map(Pattern::quote)
                        .toList());
        return Pattern.compile("\\$\\{(?:" + names + "):[^}]*}");
    }
}

package io.undertone.streams.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where Avro schemas are registered. Without a URL records carry Avro's single-object encoding.
///
/// @param properties further settings of the serdes, such as credentials
/// @param propertiesFile Java properties with the same meaning, for secrets; stronger than `properties`
public record RegistryConfig(Optional<String> url, Map<String, String> properties, Optional<Path> propertiesFile) {

    private static final String URL = "schema.registry.url";

    public RegistryConfig {
        properties = Map.copyOf(properties);
        if (properties.containsKey(URL)) {
            throw new IllegalArgumentException(
                    "'schema-registry.properties' must not set '" + URL + "': use 'schema-registry.url'");
        }
    }

    static RegistryConfig read(Section section) {
        return new RegistryConfig(
                section.optionalText("url"),
                section.map("properties"),
                section.optionalText("properties-file").map(Path::of));
    }

    /// As the serdes take it, with the values of config providers filled in. Holds secrets.
    ///
    /// @throws io.undertone.audio.InvalidInputException if the properties file or a provider cannot be read
    public Map<String, String> serdeConfig() {
        Map<String, String> config = new HashMap<>(properties);
        propertiesFile.ifPresent(file -> config.putAll(PropertiesFile.read(file, "schema-registry.properties-file")));
        url.ifPresent(value -> config.put(URL, value));
        return Map.copyOf(ProvidedValues.resolve(config, "schema-registry.properties"));
    }

    /// Without the values of `properties`: there may be secrets among them.
    @Override
    public String toString() {
        return "RegistryConfig[url=" + url + ", properties=" + properties.keySet() + "]";
    }
}

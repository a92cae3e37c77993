package io.undertone.streams.config;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// A file of Java properties that a key of the configuration names. Its values are secrets: they are never logged and
/// never part of a message.
final class PropertiesFile {

    private PropertiesFile() {}

    /// @param key the key of the configuration that named the file
    /// @throws InvalidInputException if the file cannot be read
    static Map<String, String> read(Path file, String key) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "'" + key + "' cannot be read: " + file + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }
}

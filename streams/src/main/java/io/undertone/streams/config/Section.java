package io.undertone.streams.config;

import io.undertone.audio.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One group of keys while it is being read. Whoever reads it asks for each key with its default and at last calls
/// [#end], which refuses every key that nobody asked for. Not thread safe.
final class Section {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private final String source;
    private final String path; // "" for the root, else "kafka."
    private final YamlNode.Mapping mapping;
    private final Set<String> asked = new TreeSet<>();

    private Section(String source, String path, YamlNode.Mapping mapping) {
        this.source = source;
        this.path = path;
        this.mapping = mapping;
    }

    static Section root(String source, YamlNode.Mapping mapping) {
        return new Section(source, "", mapping);
    }

    /// The group under `key`, read by `reader`; an absent group reads as an empty one.
    <T> T group(String key, Function<Section, T> reader) {
        YamlNode node = find(key).orElse(new YamlNode.Mapping(Map.of(), mapping.line()));
        if (!(node instanceof YamlNode.Mapping group)) {
            throw complaint(node, key, "must hold keys and values");
        }
        Section section = new Section(source, path + key + ".", group);
        T value = section.located(reader);
        section.end();
        return value;
    }

    /// What `reader` reads, where what the records complain about gets the place of the group.
    <T> T located(Function<Section, T> reader) {
        try {
            return reader.apply(this);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(source + ":" + mapping.line() + ": " + e.getMessage(), e);
        }
    }

    String text(String key, String ifAbsent) {
        return optionalText(key).orElse(ifAbsent);
    }

    String requiredText(String key) {
        return optionalText(key)
                .orElseThrow(() ->
                        new InvalidInputException(source + ": key '" + path + key + "' is missing and has no default"));
    }

    Optional<String> optionalText(String key) {
        return find(key).map(node -> scalar(node, key));
    }

    int integer(String key, int ifAbsent) {
        return parsed(key, "a whole number", Integer::valueOf).orElse(ifAbsent);
    }

    Optional<Integer> optionalInteger(String key) {
        return parsed(key, "a whole number", Integer::valueOf);
    }

    double number(String key, double ifAbsent) {
        return parsed(key, "a number", Double::valueOf).orElse(ifAbsent);
    }

    double requiredNumber(String key) {
        return parsed(key, "a number", Double::valueOf)
                .orElseThrow(() -> new IllegalArgumentException("key '" + path + key + "' is missing"));
    }

    boolean flag(String key, boolean ifAbsent) {
        return parsed(key, "true or false", Section::toFlag).orElse(ifAbsent);
    }

    Duration duration(String key, Duration ifAbsent) {
        return optionalDuration(key).orElse(ifAbsent);
    }

    Optional<Duration> optionalDuration(String key) {
        return parsed(key, "a duration such as 200ms, 2s, 5m or 1h", Section::toDuration);
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E ifAbsent) {
        return parsed(key, choices(type), text -> toConstant(type, text)).orElse(ifAbsent);
    }

    <E extends Enum<E>> Set<E> choices(String key, Class<E> type, Set<E> ifAbsent) {
        Optional<YamlNode> node = find(key);
        if (node.isEmpty()) {
            return ifAbsent;
        }
        List<YamlNode> items = node.get() instanceof YamlNode.Sequence list ? list.items() : List.of(node.get());
        Set<E> chosen = new LinkedHashSet<>();
        for (YamlNode item : items) {
            chosen.add(parse(item, key, "a list out of " + choices(type), text -> toConstant(type, text)));
        }
        return chosen;
    }

    /// The groups of a list under `key`, each read by `reader`; none when it is absent.
    <T> List<T> groups(String key, Function<Section, T> reader) {
        Optional<YamlNode> node = find(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof YamlNode.Sequence list)) {
            throw complaint(node.get(), key, "must be a list ('- key: value')");
        }
        List<T> groups = new ArrayList<>();
        for (YamlNode item : list.items()) {
            if (!(item instanceof YamlNode.Mapping group)) {
                throw complaint(item, key, "must be a list of keys and values");
            }
            Section section = new Section(source, path + key + ".", group);
            groups.add(section.located(reader));
            section.end();
        }
        return groups;
    }

    Map<String, String> map(String key) {
        YamlNode node = find(key).orElse(new YamlNode.Mapping(Map.of(), mapping.line()));
        if (!(node instanceof YamlNode.Mapping entries)) {
            throw complaint(node, key, "must hold keys and values");
        }
        Map<String, String> values = new LinkedHashMap<>();
        entries.entries().forEach((name, value) -> values.put(name, scalar(value, key + "." + name)));
        return values;
    }

    /// Refuses what nobody asked for.
    void end() {
        for (Map.Entry<String, YamlNode> entry : mapping.entries().entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw new InvalidInputException(source + ":" + entry.getValue().line() + ": unknown key '" + path
                        + entry.getKey() + "'; known here: " + String.join(", ", asked));
            }
        }
    }

    private Optional<YamlNode> find(String key) {
        asked.add(key);
        @Nullable YamlNode node = mapping.entries().get(key);
        return node == null || node instanceof YamlNode.Empty ? Optional.empty() : Optional.of(node);
    }

    private <T> Optional<T> parsed(String key, String expected, Function<String, T> parser) {
        return find(key).map(node -> parse(node, key, expected, parser));
    }

    private <T> T parse(YamlNode node, String key, String expected, Function<String, T> parser) {
        String text = scalar(node, key);
        try {
            return parser.apply(text.strip());
        } catch (IllegalArgumentException _) {
            throw complaint(node, key, "must be " + expected + ": '" + text + "'");
        }
    }

    private String scalar(YamlNode node, String key) {
        return switch (node) {
            case YamlNode.Scalar(String text, int _) -> text;
            case YamlNode.Empty _ -> "";
            case YamlNode.Sequence _, YamlNode.Mapping _ -> throw complaint(node, key, "must be a single value");
        };
    }

    private InvalidInputException complaint(YamlNode node, String key, String what) {
        return new InvalidInputException(source + ":" + node.line() + ": '" + path + key + "' " + what);
    }

    private static boolean toFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Duration toDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /// `exactly-once` and `CUSTOMER` are both taken: constants are compared without case, dashes for underscores.
    private static <E extends Enum<E>> E toConstant(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static <E extends Enum<E>> String choices(Class<E> type) {
        List<String> names = new ArrayList<>();
        Arrays.stream(type.getEnumConstants())
                .forEach(constant ->
                        names.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        return "one of " + String.join(", ", names);
    }
}

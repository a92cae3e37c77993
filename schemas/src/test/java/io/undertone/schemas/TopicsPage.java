package io.undertone.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/// Writes `docs/topics.md` from the catalogue and the doc strings of the records.
///
/// `mvn -q -pl schemas test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test
/// -Dexec.args="-cp %classpath io.undertone.schemas.TopicsPage"`
final class TopicsPage {

    /// Seen from the module's folder.
    static final Path PATH = Path.of("../docs/topics.md");

    private static final String HEAD = """
        # Topics and records

        For those who read Undertone's topics or write to them. This page is generated from the catalogue
        (`io.undertone.schemas.Topics`) and the Avro IDL in `schemas/src/main/avro`; do not edit it, run `TopicsPage`.

        - Keys are UTF-8 strings. Topics keyed by call id have the same number of partitions, so both sides of a call,
          and everything said of it, lie in the partition of the same number, in order.
        - Values are Avro. Without a registry in the single-object encoding (bytes `C3 01`, 8 bytes of fingerprint); with
          `schema.registry.url` in the Confluent wire format (byte `00`, 4 bytes of schema id), subject `TOPIC-value`.
        - The tagger writes in transactions: read with `isolation.level=read_committed`.
        - Schemas grow BACKWARD: a newer reader reads older records, so readers are updated first. Let the registry
          enforce it too (Apicurio does not unless told): `PUT /config/TOPIC-value {"compatibility": "BACKWARD"}`.
        - All names can have a prefix (`eu-emotion-tags`).

        """;

    private static final String FOOT = """
        ## Changing a record

        Edit the IDL: a new field needs a default, a new enum symbol is fine, what was released keeps its name and type.
        Raise `ReleasedSchemas.LATEST`, run `WriteRelease` and `TopicsPage` (their Javadoc has the commands), add the
        golden test of the new release, and commit what they wrote. The tests fail, and say so, when one of it is missing.
        """;

    private TopicsPage() {}

    public static void main(String[] args) throws IOException {
        Files.writeString(PATH, render(Topics.defaults()));
    }

    static String render(Topics topics) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| topic | key | value | partitions | kept | what |\n| --- | --- | --- | --- | --- | --- |\n");
        topics.all().forEach(topic -> page.append(row(topic)));
        page.append("\nOther settings: ").append(extras(topics)).append(".\n\n");
        Map<String, Schema> shared = new LinkedHashMap<>();
        Set<String> own = topics.all().stream()
                .map(topic -> topic.valueSchema().getName())
                .collect(Collectors.toSet());
        for (TopicSpec<?> topic : topics.all()) {
            page.append(section(topic.valueSchema(), " (`" + topic.name() + "`)"));
            collectNamed(topic.valueSchema(), shared);
        }
        shared.values().stream()
                .filter(schema -> !own.contains(schema.getName()))
                .forEach(schema -> page.append(section(schema, "")));
        return page.append(FOOT).toString();
    }

    private static String row(TopicSpec<?> topic) {
        String kept = switch (topic.retention()) {
            case Retention.For(var duration) when duration.toDays() > 0 -> duration.toDays() + " days";
            case Retention.For(var duration) -> duration.toHours() + " hours";
            case Retention.CompactedFor(var duration) -> "compacted, " + duration.toDays() + " days";
            case Retention.Compacted() -> "compacted";
        };
        return "| `%s` | %s | [%s](#%s) | %d | %s | %s |%n"
                .formatted(
                        topic.name(),
                        topic.key(),
                        topic.valueSchema().getName(),
                        anchor(topic),
                        topic.partitions(),
                        kept,
                        topic.purpose());
    }

    /// As GitHub makes it of the heading `Record (topic)`.
    private static String anchor(TopicSpec<?> topic) {
        return (topic.valueSchema().getName() + "-" + topic.name()).toLowerCase(Locale.ROOT);
    }

    private static String extras(Topics topics) {
        Set<String> extras = new LinkedHashSet<>();
        for (TopicSpec<?> topic : topics.all()) {
            new TreeMap<>(topic.extraConfigs())
                    .forEach((key, value) -> extras.add("`%s` has `%s=%s`".formatted(topic.name(), key, value)));
        }
        return String.join(", ", extras);
    }

    private static void collectNamed(Schema schema, Map<String, Schema> into) {
        switch (schema.getType()) {
            case RECORD -> {
                if (into.putIfAbsent(schema.getName(), schema) == null) {
                    schema.getFields().forEach(field -> collectNamed(field.schema(), into));
                }
            }
            case ENUM -> into.putIfAbsent(schema.getName(), schema);
            case ARRAY -> collectNamed(schema.getElementType(), into);
            case UNION -> schema.getTypes().forEach(branch -> collectNamed(branch, into));
            default -> {}
        }
    }

    private static String section(Schema schema, String suffix) {
        StringBuilder text =
                new StringBuilder("## " + schema.getName() + suffix + "\n\n" + line(schema.getDoc()) + "\n\n");
        if (schema.getType() == Schema.Type.ENUM) {
            return text.append(schema.getEnumSymbols().stream()
                            .map(s -> "`" + s + "`")
                            .collect(Collectors.joining(", ")))
                    .append(".\n\n")
                    .toString();
        }
        text.append("| field | type | meaning |\n| --- | --- | --- |\n");
        for (Schema.Field field : schema.getFields()) {
            text.append("| `%s` | %s | %s |%n".formatted(field.name(), type(field.schema()), line(field.doc())));
        }
        return text.append('\n').toString();
    }

    private static String type(Schema schema) {
        if (schema.getLogicalType() != null) {
            return schema.getLogicalType().getName();
        }
        return switch (schema.getType()) {
            case UNION ->
                schema.getTypes().stream()
                                .filter(branch -> branch.getType() != Schema.Type.NULL)
                                .map(TopicsPage::type)
                                .collect(Collectors.joining(" or "))
                        + ", may be null";
            case ARRAY -> "list of " + type(schema.getElementType());
            case RECORD, ENUM -> schema.getName();
            default -> schema.getType().getName();
        };
    }

    private static String line(String doc) {
        return doc.replaceAll("\\s*\\n[\\s*]*", " ").strip();
    }
}

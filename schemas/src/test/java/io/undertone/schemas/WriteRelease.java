package io.undertone.schemas;

import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.PortableSchema;
import io.undertone.schemas.serde.ReleasedSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/// Writes what is committed with a release: the schemas that are new or changed, and golden bytes with their
/// fingerprints.
///
/// `mvn -q -pl schemas test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test
/// -Dexec.args="-cp %classpath io.undertone.schemas.WriteRelease 2"`
final class WriteRelease {

    private WriteRelease() {}

    /// @param args number of the release; run in the module's folder
    public static void main(String[] args) throws IOException {
        int number = Integer.parseInt(args[0]);
        String version = "v" + number;
        Path schemas = Files.createDirectories(Path.of("src/main/resources/io/undertone/schemas/released", version));
        Path golden = Files.createDirectories(Path.of("src/test/resources/golden", version));
        StringBuilder fingerprints = new StringBuilder();
        for (TopicSpec<?> topic : Topics.defaults().all()) {
            Schema schema = topic.valueSchema();
            if (isReleased(topic, number)) {
                continue;
            }
            Files.writeString(schemas.resolve(schema.getName() + ".avsc"), PortableSchema.json(schema) + "\n");
            fingerprints.append(
                    "%s=%016x%n".formatted(schema.getName(), SchemaNormalization.parsingFingerprint64(schema)));
        }
        Files.writeString(golden.resolve("fingerprints.properties"), fingerprints);
        for (var example : examples(number).entrySet()) {
            Files.write(golden.resolve(example.getKey() + ".bin"), bytes(example.getValue()));
        }
    }

    private static Map<String, SpecificRecord> examples(int number) {
        return switch (number) {
            case 1 -> ExamplesV1.all();
            case 2 -> ExamplesV2.all();
            default -> throw new IllegalArgumentException("add ExamplesV" + number + " here");
        };
    }

    /// Whether the newest release before this one has the schema as it is now.
    private static boolean isReleased(TopicSpec<?> topic, int number) {
        Schema now = new Schema.Parser().parse(PortableSchema.json(topic.valueSchema()));
        for (int before = number - 1; before > 0; before--) {
            Optional<Schema> released = ReleasedSchemas.find(topic.valueType(), before);
            if (released.isPresent()) {
                return released.get().equals(now);
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> byte[] bytes(T example) {
        Class<T> type = (Class<T>) example.getClass();
        try (Serde<T> serde = AvroSerdes.of(Map.of()).serde(type)) {
            return serde.serializer().serialize("golden", example);
        }
    }
}

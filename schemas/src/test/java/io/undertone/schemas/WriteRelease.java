package io.undertone.schemas;

import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.PortableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/// Writes what is committed with a release: the schemas, and golden bytes with their fingerprints.
///
/// `mvn -q -pl schemas test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test
/// -Dexec.args="-cp %classpath io.undertone.schemas.WriteRelease 2"`
final class WriteRelease {

    private WriteRelease() {}

    /// @param args number of the release; run in the module's folder
    public static void main(String[] args) throws IOException {
        String version = "v" + Integer.parseInt(args[0]);
        Path schemas = Files.createDirectories(Path.of("src/main/resources/io/undertone/schemas/released", version));
        Path golden = Files.createDirectories(Path.of("src/test/resources/golden", version));
        StringBuilder fingerprints = new StringBuilder();
        for (TopicSpec<?> topic : Topics.defaults().all()) {
            Schema schema = topic.valueSchema();
            Files.writeString(schemas.resolve(schema.getName() + ".avsc"), PortableSchema.json(schema) + "\n");
            fingerprints.append(
                    "%s=%016x%n".formatted(schema.getName(), SchemaNormalization.parsingFingerprint64(schema)));
        }
        Files.writeString(golden.resolve("fingerprints.properties"), fingerprints);
        for (var example : ExamplesV1.all().entrySet()) {
            Files.write(golden.resolve(example.getKey() + ".bin"), bytes(example.getValue()));
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> byte[] bytes(T example) {
        Class<T> type = (Class<T>) example.getClass();
        try (Serde<T> serde = AvroSerdes.of(Map.of()).serde(type)) {
            return serde.serializer().serialize("golden", example);
        }
    }
}

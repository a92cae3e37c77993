package io.undertone.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.PortableSchema;
import io.undertone.schemas.serde.ReleasedSchemas;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasedSchemasTest {

    @ParameterizedTest
    @MethodSource("types")
    void shouldReadWhatEveryReleaseWrote(Class<? extends SpecificRecord> type) {
        Schema current = current(type);
        for (Schema released : releases(type)) {
            var result = SchemaCompatibility.checkReaderWriterCompatibility(current, released);

            assertThat(result.getType())
                    .as(
                            "%s no longer reads what an earlier release wrote: %s. A new field needs a default, a new"
                                    + " enum symbol is fine, and fields and symbols that were released keep name and"
                                    + " type.",
                            type.getSimpleName(), result.getResult().getIncompatibilities())
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldReleaseEverySchemaThatIsWritten(Class<? extends SpecificRecord> type) {
        Schema current = new Schema.Parser().parse(PortableSchema.json(current(type)));

        assertThat(releases(type))
                .as(
                        "%s is not as its newest release has it, so that later versions could not read what is written"
                                + " now: raise ReleasedSchemas.LATEST to n, add ExamplesVn, and run WriteRelease n (its"
                                + " Javadoc has the command).",
                        type.getSimpleName())
                .last()
                .isEqualTo(current);
    }

    @ParameterizedTest
    @MethodSource("goldenV1")
    void shouldReadTheGoldenBytesOfTheFirstRelease(String name, SpecificRecord expected) throws IOException {
        byte[] golden = resource("/golden/v1/" + name + ".bin");

        assertThat(AvroSerdes.of(Map.of()).deserializer(expected.getClass()).deserialize("golden", golden))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("goldenV2")
    void shouldReadTheGoldenBytesOfTheSecondRelease(String name, SpecificRecord expected) throws IOException {
        byte[] golden = resource("/golden/v2/" + name + ".bin");

        assertThat(AvroSerdes.of(Map.of()).deserializer(expected.getClass()).deserialize("golden", golden))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldKeepTheFingerprintsOfARelease(int version) throws IOException {
        Properties fingerprints = new Properties();
        try (InputStream stream =
                ReleasedSchemasTest.class.getResourceAsStream("/golden/v" + version + "/fingerprints.properties")) {
            fingerprints.load(stream);
        }
        Properties released = new Properties();
        types().forEach(type -> ReleasedSchemas.find(type, version)
                .ifPresent(schema -> released.setProperty(
                        type.getSimpleName(), "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema)))));

        assertThat(released).isEqualTo(fingerprints);
    }

    static Stream<Class<? extends SpecificRecord>> types() {
        return Topics.defaults().all().stream().map(TopicSpec::valueType);
    }

    static Stream<Object[]> goldenV1() {
        return ExamplesV1.all().entrySet().stream().map(example -> new Object[] {example.getKey(), example.getValue()});
    }

    static Stream<Object[]> goldenV2() {
        return ExamplesV2.all().entrySet().stream().map(example -> new Object[] {example.getKey(), example.getValue()});
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = ReleasedSchemasTest.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }

    private static Schema current(Class<? extends SpecificRecord> type) {
        return SpecificData.get().getSchema(type);
    }

    private static List<Schema> releases(Class<? extends SpecificRecord> type) {
        return IntStream.rangeClosed(1, ReleasedSchemas.LATEST)
                .mapToObj(version -> ReleasedSchemas.find(type, version))
                .flatMap(Optional::stream)
                .toList();
    }
}

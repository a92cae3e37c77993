package io.undertone.schemas.serde;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;

/// The schemas that records on the topics may have been written with: those of every release, which lie beside the
/// classes as `released/v1/EmotionTag.avsc`.
public final class ReleasedSchemas {

    /// The newest release. A changed record gets a new one: see `docs/topics.md`.
    public static final int LATEST = 2;

    private ReleasedSchemas() {}

    /// The schema of a record in one release, or empty when that release had no such record, or left it as it was.
    ///
    /// @param version in `[1, LATEST]`
    public static Optional<Schema> find(Class<? extends SpecificRecord> type, int version) {
        String resource = "/io/undertone/schemas/released/v" + version + "/" + type.getSimpleName() + ".avsc";
        try (InputStream stream = ReleasedSchemas.class.getResourceAsStream(resource)) {
            return stream == null ? Optional.empty() : Optional.of(new Schema.Parser().parse(stream));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    /// All schemas of a record, by the CRC-64-AVRO fingerprint of their canonical form.
    static Map<Long, Schema> byFingerprint(Class<? extends SpecificRecord> type) {
        Map<Long, Schema> schemas = new HashMap<>();
        for (int version = 1; version <= LATEST; version++) {
            find(type, version)
                    .ifPresent(schema -> schemas.put(SchemaNormalization.parsingFingerprint64(schema), schema));
        }
        return schemas;
    }
}

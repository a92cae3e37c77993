package io.undertone.schemas.serde;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads records of one type that were written with this or an older schema of it. Thread-safe.
///
/// It decodes from the array rather than from a stream as Avro's own message decoder does: only then does Avro know how
/// many bytes remain, and refuses a broken length before it allocates that much memory.
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final WireFormat format;
    private final SpecificData model;
    private final Schema schema;
    private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>();

    RecordDeserializer(WireFormat format, Class<T> type) {
        this.format = format;
        this.model = SpecificData.getForClass(type);
        this.schema = model.getSchema(type);
    }

    /// The record; null of null (a tombstone).
    ///
    /// @throws UnreadableRecordException when the bytes are not a whole record of this type, and nothing but it
    /// @throws RegistryException when the registry that has the record's schema cannot be asked
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        if (value.length < format.headerBytes()) {
            throw new UnreadableRecordException("record on " + topic + " must have at least " + format.headerBytes()
                    + " bytes to be " + schema.getName() + ": " + value.length);
        }
        DatumReader<T> reader = reader(topic, format.schemaNumber(topic, value));
        int offset = format.headerBytes();
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, offset, value.length - offset, null);
        T decoded;
        boolean whole;
        try {
            decoded = reader.read(null, decoder);
            whole = decoder.isEnd();
        } catch (IOException | RuntimeException e) {
            throw new UnreadableRecordException(
                    "record on " + topic + " (" + value.length + " bytes) is no " + schema.getName() + ": " + e, e);
        }
        if (!whole) {
            throw new UnreadableRecordException("record on " + topic + " (" + value.length
                    + " bytes) goes on after its " + schema.getName() + " ends");
        }
        return decoded;
    }

    private DatumReader<T> reader(String topic, long schemaNumber) {
        DatumReader<T> reader = readers.get(schemaNumber);
        if (reader == null) {
            Schema written = format.writerSchema(topic, schemaNumber);
            @SuppressWarnings("unchecked")
            DatumReader<T> made = (DatumReader<T>) model.createDatumReader(written, schema);
            readers.put(schemaNumber, made);
            reader = made;
        }
        return reader;
    }
}

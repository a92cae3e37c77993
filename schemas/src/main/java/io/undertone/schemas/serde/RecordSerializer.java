package io.undertone.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes records of one type. Thread-safe, as a shared producer wants.
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {

    private final WireFormat format;
    private final Schema schema;
    private final DatumWriter<T> writer;

    RecordSerializer(WireFormat format, Class<T> type) {
        this.format = format;
        SpecificData model = SpecificData.getForClass(type);
        this.schema = model.getSchema(type);
        @SuppressWarnings("unchecked")
        DatumWriter<T> typed = (DatumWriter<T>) model.createDatumWriter(schema);
        this.writer = typed;
    }

    /// Bytes of the record; null (a tombstone) of null.
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        bytes.writeBytes(format.header(topic, schema));
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "cannot write " + schema.getName() + " for " + topic + ": " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }
}

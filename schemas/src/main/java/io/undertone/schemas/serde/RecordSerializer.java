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

    private static final int MOST_ROOM = 64 << 10;
    /// One a thread, of whatever types: only their buffers are used again.
    private static final ThreadLocal<BinaryEncoder> ENCODERS = new ThreadLocal<>();

    private final WireFormat format;
    private final Schema schema;
    private final DatumWriter<T> writer;
    private volatile int largest = 512; // a tag with many prompts has tens of kilobytes

    RecordSerializer(WireFormat format, Class<T> type) {
        this.format = format;
        SpecificData model = generatedCode(SpecificData.getForClass(type));
        this.schema = model.getSchema(type);
        @SuppressWarnings("unchecked")
        DatumWriter<T> typed = (DatumWriter<T>) model.createDatumWriter(schema);
        this.writer = typed;
    }

    /// A model that writes records of ours by the code that was generated for them, instead of field by field through
    /// their schema. Of ours alone: reading goes through schemas of older releases.
    private static SpecificData generatedCode(SpecificData model) {
        SpecificData writing = new SpecificData(model.getClassLoader());
        model.getConversions().forEach(writing::addLogicalTypeConversion);
        writing.setCustomCoders(true);
        return writing;
    }

    /// Bytes of the record; null (a tombstone) of null.
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(largest);
        bytes.writeBytes(format.header(topic, schema));
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, ENCODERS.get());
            writer.write(value, encoder);
            encoder.flush();
            ENCODERS.set(encoder);
            largest = Math.max(largest, Math.min(bytes.size(), MOST_ROOM));
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "cannot write " + schema.getName() + " for " + topic + ": " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }
}

package io.undertone.schemas.serde;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/// The Confluent wire format: the byte 0, then the id that the schema has in the registry in 4 bytes, big-endian. Ids
/// and schemas are asked for once and kept. Thread-safe.
final class ConfluentFormat implements WireFormat {

    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 5;

    private final RegistryClient registry;
    private final boolean autoRegister;
    private final Map<Written, byte[]> headers = new ConcurrentHashMap<>();

    private record Written(String topic, Schema schema) {}

    /// @param autoRegister whether to register a schema that the registry does not have yet
    ConfluentFormat(RegistryClient registry, boolean autoRegister) {
        this.registry = registry;
        this.autoRegister = autoRegister;
    }

    @Override
    public int headerBytes() {
        return HEADER_BYTES;
    }

    @Override
    public byte[] header(String topic, Schema schema) {
        // Not computeIfAbsent: it would hold a lock of the map while the registry is asked.
        Written written = new Written(topic, schema);
        byte[] header = headers.get(written);
        if (header == null) {
            String subject = topic + "-value";
            int id = autoRegister ? registry.register(subject, schema) : registry.lookUp(subject, schema);
            header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array();
            headers.put(written, header);
        }
        return header.clone();
    }

    @Override
    public long schemaNumber(String topic, byte[] value) {
        if (value[0] != MAGIC) {
            throw new UnreadableRecordException("record on " + topic
                    + " must begin with the byte 00 of the Confluent wire format: "
                    + HexFormat.of().toHexDigits(value[0])
                    + (value[0] == (byte) 0xC3
                            ? " (c3 is Avro's single-object encoding, written without schema.registry.url)"
                            : ""));
        }
        return ByteBuffer.wrap(value).getInt(1);
    }

    @Override
    public Schema writerSchema(String topic, long schemaNumber) {
        return registry.schema((int) schemaNumber)
                .orElseThrow(() -> new UnreadableRecordException("record on " + topic + " names schema id "
                        + schemaNumber + ", which " + registry + " does not have"));
    }
}

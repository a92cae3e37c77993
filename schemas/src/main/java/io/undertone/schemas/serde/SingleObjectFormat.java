package io.undertone.schemas.serde;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/// Avro's single-object encoding: the bytes C3 01, then the CRC-64-AVRO fingerprint of the schema's parsing canonical
/// form in 8 bytes, little-endian. Only schemas that come with this library can be read. Immutable.
///
/// Source: Apache Avro 1.12 specification, "Single-object encoding".
final class SingleObjectFormat implements WireFormat {

    private static final byte MARKER_0 = (byte) 0xC3;
    private static final byte MARKER_1 = 0x01;
    private static final int HEADER_BYTES = 10;

    private final String recordName;
    private final byte[] header;
    private final Map<Long, Schema> released;

    /// @param current what this library writes
    /// @param released schemas of all releases by fingerprint
    SingleObjectFormat(Schema current, Map<Long, Schema> released) {
        this.recordName = current.getName();
        this.header = ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER_0)
                .put(MARKER_1)
                .putLong(SchemaNormalization.parsingFingerprint64(current))
                .array();
        this.released = Map.copyOf(released);
    }

    @Override
    public int headerBytes() {
        return HEADER_BYTES;
    }

    @Override
    public byte[] header(String topic, Schema schema) {
        return header.clone();
    }

    @Override
    public long schemaNumber(String topic, byte[] value) {
        if (value[0] != MARKER_0 || value[1] != MARKER_1) {
            throw new UnreadableRecordException("record on " + topic + " must begin with the bytes c301 of Avro's"
                    + " single-object encoding: " + HexFormat.of().formatHex(value, 0, 2)
                    + (value[0] == 0 ? " (00 is the Confluent wire format, which needs schema.registry.url)" : ""));
        }
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }

    @Override
    public Schema writerSchema(String topic, long schemaNumber) {
        Schema schema = released.get(schemaNumber);
        if (schema == null) {
            throw new UnreadableRecordException("record on " + topic + " was written with a schema that no release of "
                    + recordName + " up to v" + ReleasedSchemas.LATEST + " has: fingerprint "
                    + HexFormat.of().toHexDigits(schemaNumber));
        }
        return schema;
    }
}

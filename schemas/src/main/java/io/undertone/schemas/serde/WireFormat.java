package io.undertone.schemas.serde;

import org.apache.avro.Schema;

/// How the bytes of a record name the schema that they were written with. Implementations are thread-safe.
sealed interface WireFormat permits SingleObjectFormat, ConfluentFormat {

    /// Length of the header in bytes; the Avro binary encoding follows it.
    int headerBytes();

    /// What to write before a record.
    byte[] header(String topic, Schema schema);

    /// The schema's number as the header has it.
    ///
    /// @param value at least `headerBytes` long
    /// @throws UnreadableRecordException when the value does not begin with such a header
    long schemaNumber(String topic, byte[] value);

    /// The schema of that number.
    ///
    /// @throws UnreadableRecordException when there is none
    /// @throws RegistryException when it cannot be asked for
    Schema writerSchema(String topic, long schemaNumber);
}

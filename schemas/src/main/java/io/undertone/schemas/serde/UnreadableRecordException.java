package io.undertone.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/// The bytes of a record are not what they should be, and will not become so by trying again: the record belongs on a
/// dead-letter topic. The message names the topic and says what was expected; it never holds the record's content.
public final class UnreadableRecordException extends SerializationException {

    private static final long serialVersionUID = 1;

    public UnreadableRecordException(String message) {
        super(message);
    }

    public UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}

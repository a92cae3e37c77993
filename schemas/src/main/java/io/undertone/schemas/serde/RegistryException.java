package io.undertone.schemas.serde;

import org.apache.kafka.common.KafkaException;

/// The schema registry cannot be asked, or refuses what it was asked. The record at hand may be fine: it must
/// not become a dead letter. The message stands alone: it names the address, the request, how often it was
/// tried, and the answer.
public final class RegistryException extends KafkaException {

    private static final long serialVersionUID = 1;

    public RegistryException(String message) {
        super(message);
    }

    public RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.undertone.model;

/// A run of the audio encoder failed.
public final class EncodingException extends RuntimeException {

    private final boolean deviceLost;

    public EncodingException(String message, Throwable cause, boolean deviceLost) {
        super(message, cause);
        this.deviceLost = deviceLost;
    }

    /// The device cannot be used again by this process (a poisoned CUDA context): the process must end and be
    /// restarted.
    public boolean deviceLost() {
        return deviceLost;
    }
}

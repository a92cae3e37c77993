package io.undertone.streams;

/// The encoder cannot be used again by this process: it ends with [ExitCode#ENCODER_LOST] so that whoever started it
/// starts it anew.
public final class EncoderLostException extends RuntimeException {

    EncoderLostException(String message, Throwable cause) {
        super(message, cause);
    }
}

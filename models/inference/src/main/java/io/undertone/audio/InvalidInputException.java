package io.undertone.audio;

/// What a person gave us (a file, a bundle, a prompt, an address) cannot be used. The message stands alone: it
/// names the thing and the value, and says what was expected. Command lines print it as one line, without a stack
/// trace.
public final class InvalidInputException extends RuntimeException {

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}

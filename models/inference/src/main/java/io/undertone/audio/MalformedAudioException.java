package io.undertone.audio;

/// A file has the right kind but a content that cannot be used; the message is the part after the file's name.
final class MalformedAudioException extends Exception {

    MalformedAudioException(String message) {
        super(message);
    }

    MalformedAudioException(String message, Throwable cause) {
        super(message, cause);
    }
}

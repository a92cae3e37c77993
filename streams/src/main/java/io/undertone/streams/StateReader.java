package io.undertone.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Takes what a store keeps out of bytes, in the order in which [StateWriter] put it. Not thread safe.
final class StateReader {

    private final ByteBuffer buffer;

    StateReader(byte[] bytes) {
        this.buffer = ByteBuffer.wrap(bytes);
    }

    /// @param what is stored, for the message
    /// @throws IllegalStateException if the next byte is another version
    void expectVersion(byte expected, String what) {
        byte version = buffer.get();
        if (version != expected) {
            throw new IllegalStateException("stored " + what + " must be of version " + expected + ": " + version);
        }
    }

    /// @return the version with which it was written
    /// @throws IllegalStateException if it is not between the two
    byte expectVersion(byte oldest, byte newest, String what) {
        byte version = buffer.get();
        if (version < oldest || version > newest) {
            throw new IllegalStateException(
                    "stored " + what + " must be of version " + oldest + " to " + newest + ": " + version);
        }
        return version;
    }

    byte getByte() {
        return buffer.get();
    }

    boolean flag() {
        return buffer.get() != 0;
    }

    int getInt() {
        return buffer.getInt();
    }

    long getLong() {
        return buffer.getLong();
    }

    double getDouble() {
        return buffer.getDouble();
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Nullable
    String optionalText() {
        return flag() ? text() : null;
    }

    byte[] bytes() {
        byte[] value = new byte[buffer.getInt()];
        buffer.get(value);
        return value;
    }
}

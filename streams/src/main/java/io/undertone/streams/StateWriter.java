package io.undertone.streams;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Puts what a store keeps into bytes, big-endian. What [StateReader] reads. Not thread safe.
final class StateWriter {

    /// To a stream in memory, which never fails.
    private interface Step {
        void run() throws IOException;
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    StateWriter putByte(int value) {
        return step(() -> out.writeByte(value));
    }

    StateWriter putFlag(boolean value) {
        return step(() -> out.writeBoolean(value));
    }

    StateWriter putInt(int value) {
        return step(() -> out.writeInt(value));
    }

    StateWriter putLong(long value) {
        return step(() -> out.writeLong(value));
    }

    StateWriter putDouble(double value) {
        return step(() -> out.writeDouble(value));
    }

    /// Length in bytes before it.
    StateWriter putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A flag before it.
    StateWriter putOptionalText(@Nullable String text) {
        putFlag(text != null);
        return text == null ? this : putText(text);
    }

    StateWriter putBytes(byte[] value) {
        putInt(value.length);
        return step(() -> out.write(value));
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private StateWriter step(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("memory never fails", e);
        }
    }
}

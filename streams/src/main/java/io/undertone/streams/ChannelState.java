package io.undertone.streams;

import io.undertone.schemas.Role;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelCursor;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What the store knows of one channel. Immutable; at most some hundred bytes.
sealed interface ChannelState {

    byte VERSION = 1;

    Role role();

    /// Is being scored.
    ///
    /// @param lastSequence largest that was accepted
    record Open(Role role, long lastSequence, ChannelCursor cursor) implements ChannelState {}

    /// Is being dropped: its role is not one that is scored.
    ///
    /// @param chunks dropped so far
    record Blocked(Role role, long chunks) implements ChannelState {}

    /// Has ended. Kept for a while so that a late duplicate is told from a new channel.
    ///
    /// @param lastSequence largest that was accepted; [Long#MAX_VALUE] for a channel that was blocked
    record Finished(Role role, long lastSequence, long expiresAtMillis) implements ChannelState {

        /// Why a chunk is refused that comes now; empty if it only repeats one that was there.
        Optional<BadChunk> refusal(long sequence) {
            if (sequence >= 0 && sequence <= lastSequence) {
                return Optional.empty();
            }
            String detail = "sequence must be at most " + lastSequence + ", with which the channel ended: " + sequence;
            return Optional.of(new BadChunk(BadChunk.Reason.LATE, detail));
        }
    }

    /// `[version][kind][role]`, then by kind, big-endian.
    default byte[] toBytes() {
        return switch (this) {
            case Open(Role role, long lastSequence, ChannelCursor cursor) -> {
                byte[] bytes = cursor.toBytes();
                yield header('O', role, Long.BYTES + bytes.length)
                        .putLong(lastSequence)
                        .put(bytes)
                        .array();
            }
            case Blocked(Role role, long chunks) ->
                header('B', role, Long.BYTES).putLong(chunks).array();
            case Finished(Role role, long lastSequence, long expiresAtMillis) ->
                header('F', role, 2 * Long.BYTES)
                        .putLong(lastSequence)
                        .putLong(expiresAtMillis)
                        .array();
        };
    }

    /// @throws IllegalStateException if the bytes were written by a newer version
    static ChannelState fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte version = buffer.get();
        if (version != VERSION) {
            throw new IllegalStateException("stored channel must be of version " + VERSION + ": " + version);
        }
        char kind = (char) buffer.get();
        Role role = role(buffer.get());
        return switch (kind) {
            case 'O' -> {
                long lastSequence = buffer.getLong();
                byte[] cursor = new byte[buffer.remaining()];
                buffer.get(cursor);
                yield new Open(role, lastSequence, ChannelCursor.fromBytes(cursor));
            }
            case 'B' -> new Blocked(role, buffer.getLong());
            case 'F' -> new Finished(role, buffer.getLong(), buffer.getLong());
            default -> throw new IllegalStateException("stored channel is of an unknown kind: " + kind);
        };
    }

    private static ByteBuffer header(char kind, Role role, int extra) {
        return ByteBuffer.allocate(3 + extra).put(VERSION).put((byte) kind).put(code(role));
    }

    private static byte code(Role role) {
        return switch (role) {
            case CUSTOMER -> 0;
            case AGENT -> 1;
            case UNKNOWN -> 2;
            case MIXED -> 3;
        };
    }

    private static Role role(byte code) {
        return switch (code) {
            case 0 -> Role.CUSTOMER;
            case 1 -> Role.AGENT;
            case 2 -> Role.UNKNOWN;
            case 3 -> Role.MIXED;
            default -> throw new IllegalStateException("stored channel has an unknown role: " + code);
        };
    }
}

package io.undertone.streams;

import io.undertone.schemas.Role;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelCursor;
import java.util.Optional;

/// What the store knows of one channel. Immutable; at most some hundred bytes.
sealed interface ChannelState {

    byte VERSION = 2;

    Role role();

    /// Is being scored.
    ///
    /// @param lastSequence largest that was accepted
    /// @param ledger what is to be said on the audit topic
    record Open(Role role, long lastSequence, Ledger.Entry ledger, ChannelCursor cursor) implements ChannelState {}

    /// Is being dropped by the policy.
    ///
    /// @param ledger what is to be said on the audit topic
    record Blocked(Role role, Ledger.Entry ledger) implements ChannelState {}

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
        StateWriter out = new StateWriter().putByte(VERSION);
        switch (this) {
            case Open(Role role, long lastSequence, Ledger.Entry ledger, ChannelCursor cursor) -> {
                out.putByte('O').putByte(code(role)).putLong(lastSequence).putBytes(cursor.toBytes());
                ledger.write(out);
            }
            case Blocked(Role role, Ledger.Entry ledger) ->
                ledger.write(out.putByte('B').putByte(code(role)));
            case Finished(Role role, long lastSequence, long expiresAtMillis) ->
                out.putByte('F').putByte(code(role)).putLong(lastSequence).putLong(expiresAtMillis);
        }
        return out.toBytes();
    }

    /// @throws IllegalStateException if the bytes were written by another version
    static ChannelState fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.expectVersion(VERSION, "channel");
        char kind = (char) in.getByte();
        Role role = role(in.getByte());
        return switch (kind) {
            case 'O' -> {
                long lastSequence = in.getLong();
                ChannelCursor cursor = ChannelCursor.fromBytes(in.bytes());
                yield new Open(role, lastSequence, Ledger.Entry.read(in), cursor);
            }
            case 'B' -> new Blocked(role, Ledger.Entry.read(in));
            case 'F' -> new Finished(role, in.getLong(), in.getLong());
            default -> throw new IllegalStateException("stored channel is of an unknown kind: " + kind);
        };
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

package io.undertone.streams;

import io.undertone.schemas.Role;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelCursor;
import io.undertone.window.Chunk;
import java.util.Optional;
import java.util.OptionalLong;

/// What the store knows of one channel. Immutable; at most some hundred bytes.
sealed interface ChannelState {

    byte VERSION = 3;
    /// Knew nothing of gateways that begin again.
    byte OLDEST_VERSION = 2;

    Role role();

    /// Is being scored.
    ///
    /// @param lastSequence largest that was accepted
    /// @param run of the gateway
    /// @param latestMillis when the last sample that was heard was captured; [Long#MAX_VALUE] where nobody knows
    /// @param ledger what is to be said on the audit topic
    record Open(
            Role role, long lastSequence, GatewayRun run, long latestMillis, Ledger.Entry ledger, ChannelCursor cursor)
            implements ChannelState {}

    /// Is being dropped by the policy.
    ///
    /// @param ledger what is to be said on the audit topic
    record Blocked(Role role, Ledger.Entry ledger) implements ChannelState {}

    /// Has ended. Kept for a while so that a late duplicate is told from a new channel.
    ///
    /// @param lastSequence largest that was accepted, in the numbers of the gateway; [Long#MAX_VALUE] for a channel
    ///     that was blocked
    /// @param latestMillis when the last sample that was heard was captured; [Long#MAX_VALUE] where nobody knows
    record Finished(Role role, long lastSequence, long latestMillis, long expiresAtMillis) implements ChannelState {

        /// Why a chunk is refused that comes now; empty if it only repeats one that was there.
        ///
        /// @param capturedAtMillis when its last sample was captured, empty if that is not to be believed
        Optional<BadChunk> refusal(Chunk chunk, OptionalLong capturedAtMillis) {
            long sequence = chunk.sequence();
            boolean later = capturedAtMillis.isPresent()
                    && GatewayRun.isLater(chunk, capturedAtMillis.getAsLong(), latestMillis);
            if (sequence >= 0 && sequence <= lastSequence && !later) {
                return Optional.empty();
            }
            String detail = later
                    ? "the channel had ended before the gateway began again with sequence " + sequence
                    : "sequence must be at most " + lastSequence + ", with which the channel ended: " + sequence;
            return Optional.of(new BadChunk(BadChunk.Reason.LATE, detail));
        }
    }

    /// `[version][kind][role]`, then by kind, big-endian.
    default byte[] toBytes() {
        StateWriter out = new StateWriter().putByte(VERSION);
        switch (this) {
            case Open(
                    Role role,
                    long lastSequence,
                    GatewayRun run,
                    long latestMillis,
                    Ledger.Entry ledger,
                    ChannelCursor cursor) -> {
                out.putByte('O').putByte(code(role)).putLong(lastSequence).putBytes(cursor.toBytes());
                ledger.write(out);
                run.write(out);
                out.putLong(latestMillis);
            }
            case Blocked(Role role, Ledger.Entry ledger) ->
                ledger.write(out.putByte('B').putByte(code(role)));
            case Finished(Role role, long lastSequence, long latestMillis, long expiresAtMillis) ->
                out.putByte('F')
                        .putByte(code(role))
                        .putLong(lastSequence)
                        .putLong(expiresAtMillis)
                        .putLong(latestMillis);
        }
        return out.toBytes();
    }

    /// @throws IllegalStateException if the bytes were written by another version
    static ChannelState fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        boolean withRuns = in.expectVersion(OLDEST_VERSION, VERSION, "channel") > OLDEST_VERSION;
        char kind = (char) in.getByte();
        Role role = role(in.getByte());
        return switch (kind) {
            case 'O' -> {
                long lastSequence = in.getLong();
                ChannelCursor cursor = ChannelCursor.fromBytes(in.bytes());
                Ledger.Entry ledger = Ledger.Entry.read(in);
                yield new Open(
                        role,
                        lastSequence,
                        withRuns ? GatewayRun.read(in) : GatewayRun.FIRST,
                        withRuns ? in.getLong() : Long.MAX_VALUE,
                        ledger,
                        cursor);
            }
            case 'B' -> new Blocked(role, Ledger.Entry.read(in));
            case 'F' -> {
                long lastSequence = in.getLong();
                long expiresAtMillis = in.getLong();
                yield new Finished(role, lastSequence, withRuns ? in.getLong() : Long.MAX_VALUE, expiresAtMillis);
            }
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

package io.undertone.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/// One speaker's side of one call.
///
/// In the stores the two names stand length first, so that no name can reach into the range of another and all
/// chunks of a channel lie together, in the order of their sequence.
record ChannelId(String callId, String channel) {

    /// Longest name in bytes of UTF-8: names are keys, and a key of a megabyte helps nobody.
    static final int MAX_NAME_BYTES = 256;

    /// `[length, 2 bytes][call id][length, 2 bytes][channel]`, big-endian.
    Bytes key() {
        return Bytes.wrap(buffer(0).array());
    }

    /// The key with the sequence behind it, 8 bytes big-endian: binary order is the order of the sequence, which is not
    /// negative.
    Bytes chunkKey(long sequence) {
        return Bytes.wrap(buffer(Long.BYTES).putLong(sequence).array());
    }

    /// What all keys of a call begin with, and no other key.
    static Bytes callKey(String callId) {
        byte[] call = callId.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Short.BYTES + call.length)
                .putShort((short) call.length)
                .put(call)
                .array());
    }

    static ChannelId fromKey(Bytes key) {
        ByteBuffer buffer = ByteBuffer.wrap(key.get());
        return new ChannelId(name(buffer), name(buffer));
    }

    static long sequenceOf(Bytes chunkKey) {
        byte[] bytes = chunkKey.get();
        return ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
    }

    private ByteBuffer buffer(int extra) {
        byte[] call = callId.getBytes(StandardCharsets.UTF_8);
        byte[] side = channel.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 * Short.BYTES + call.length + side.length + extra)
                .putShort((short) call.length)
                .put(call)
                .putShort((short) side.length)
                .put(side);
    }

    private static String name(ByteBuffer buffer) {
        byte[] bytes = new byte[Short.toUnsignedInt(buffer.getShort())];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

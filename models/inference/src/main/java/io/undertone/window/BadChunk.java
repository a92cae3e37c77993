package io.undertone.window;

/// Why a chunk cannot be used. An outcome, not an exception: the chunk goes to the dead-letter topic and the call goes
/// on.
///
/// @param detail for people: the name, the value, and what was expected; never any audio
public record BadChunk(Reason reason, String detail) {

    /// The constants are published on the dead-letter topic: they are never renamed.
    public enum Reason {
        /// The record is not an AudioChunk.
        UNREADABLE,
        UNKNOWN_CODEC,
        IMPOSSIBLE_SAMPLE_RATE,
        EMPTY_PAYLOAD,
        OVERSIZED_PAYLOAD,
        /// The payload is not what the codec says: half a sample, a broken Opus packet.
        UNDECODABLE_PAYLOAD,
        /// Sequence or firstSample negative, or farther ahead than a channel may jump.
        SEQUENCE_OUT_OF_RANGE,
        /// The audio overlaps or contradicts what a neighbouring sequence holds.
        OVERLAP,
        /// Codec, rate or role differ from the channel's first chunk.
        FORMAT_CHANGED,
        /// The place was filled with silence because the chunk did not come within the grace.
        LATE,
        /// The record's key is not the call id of its value.
        KEY_MISMATCH
    }
}

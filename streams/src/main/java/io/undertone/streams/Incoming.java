package io.undertone.streams;

import io.undertone.model.Sha256;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.window.BadChunk;
import org.jspecify.annotations.Nullable;

/// A record of the audio topic, or of that of call events, after it was looked at.
sealed interface Incoming {

    /// What is told about a record that is put aside. Never any audio.
    ///
    /// @param payloadBytes length of the payload, or of the whole value where that could not be read
    /// @param payloadSha256 hash of the same bytes
    record Origin(
            @Nullable String callId,
            @Nullable String channel,
            @Nullable Long sequence,
            int payloadBytes,
            String payloadSha256) {

        static Origin of(@Nullable String callId, @Nullable String channel, @Nullable Long sequence, byte[] payload) {
            return new Origin(callId, channel, sequence, payload.length, Sha256.hex(payload));
        }
    }

    /// Says who speaks where in which call; whether the audio is usable is not known yet.
    record Addressed(ChannelId id, AudioChunk chunk) implements Incoming {}

    /// Something happened to a call.
    record Happened(CallEvent event) implements Incoming {}

    record Unusable(BadChunk why, Origin origin) implements Incoming {}
}

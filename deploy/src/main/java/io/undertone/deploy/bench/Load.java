package io.undertone.deploy.bench;

import io.undertone.audio.Codec;
import java.time.Duration;

/// What callers sound like and how gateways send it.
///
/// @param channels of a call, all of them customers
/// @param chunk length of a chunk, a multiple of 20 ms
/// @param speechShare share of the audio in which somebody speaks, in [0, 1]; in spells of ten seconds
record Load(int channels, Duration chunk, Codec codec, double speechShare) {

    /// Telephone lines have 8 kHz; gateways that decode send the encoder's 16 kHz; Opus is 48 kHz inside.
    int sampleRateHz() {
        return switch (codec) {
            case PCM_MULAW, PCM_ALAW -> 8_000;
            case PCM_S16LE -> 16_000;
            case OPUS -> 48_000;
        };
    }
}

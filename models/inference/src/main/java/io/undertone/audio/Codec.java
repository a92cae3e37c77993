package io.undertone.audio;

/// How the payload of a chunk holds its samples. Always one channel.
public enum Codec {
    /// 16-bit signed samples, little-endian.
    PCM_S16LE,
    /// ITU-T G.711 mu-law, one byte a sample.
    PCM_MULAW,
    /// ITU-T G.711 A-law, one byte a sample.
    PCM_ALAW,
    /// Opus packets (RFC 6716), each preceded by its length in bytes as an unsigned 16-bit big-endian number.
    OPUS
}

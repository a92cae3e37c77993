package io.undertone.audio;

/// How many samples a payload holds, or why it cannot be decoded.
public sealed interface SampleCount {

    /// @param samples at the format's rate; 0 for an empty payload
    record Counted(int samples) implements SampleCount {}

    /// @param detail for people: what was found and what was expected; never any audio
    record Undecodable(String detail) implements SampleCount {}
}

package io.undertone.window;

/// What is known of a window's audio before it is encoded. All in [0, 1].
///
/// @param speechRatio share of the window in which somebody speaks, by the speech gate, or by the bundle's
///     speech detector once it has listened
/// @param coverage share of the window that audio arrived for; the rest was filled with silence
/// @param clipping share of the samples at full scale
/// @param partial the stream ended inside the window: the tail is padding (which lowers coverage too)
public record WindowQuality(double speechRatio, double coverage, double clipping, boolean partial) {}

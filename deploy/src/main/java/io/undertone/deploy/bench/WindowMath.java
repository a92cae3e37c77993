package io.undertone.deploy.bench;

import io.undertone.window.WindowSpec;
import java.time.Duration;

/// How much audio, how many calls and how many windows go together. Immutable.
///
/// @param channels of a call
record WindowMath(WindowSpec spec, int channels) {

    /// Whole windows of a channel with so much audio.
    long windowsOf(Duration audio) {
        long window = 1000L * spec.windowSamples() / spec.sampleRateHz();
        long hop = 1000L * spec.hopSamples() / spec.sampleRateHz();
        return audio.toMillis() < window ? 0 : (audio.toMillis() - window) / hop + 1;
    }

    /// Length of a call with at least so many windows, the last of which is whole.
    int secondsOf(long windows) {
        double window = (double) spec.windowSamples() / spec.sampleRateHz();
        double hop = (double) spec.hopSamples() / spec.sampleRateHz();
        return (int) Math.ceil(window + (windows - 1) * hop);
    }

    /// Windows a second of so many live calls.
    double rateOf(int calls) {
        return (double) calls * channels * spec.sampleRateHz() / spec.hopSamples();
    }

    /// So many live calls give about so many windows a second, at least one.
    int callsFor(double windowsPerSecond) {
        return (int) Math.max(1, Math.round(windowsPerSecond / rateOf(1)));
    }

    /// Windows of live calls that end within a span, wherever it begins: those that every channel has for sure.
    long windowsWithin(int calls, Duration span) {
        return (long) calls * channels * (span.toMillis() * spec.sampleRateHz() / (1000L * spec.hopSamples()));
    }
}

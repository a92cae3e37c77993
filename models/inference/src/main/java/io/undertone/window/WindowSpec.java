package io.undertone.window;

/// Length and distance of the windows that are cut from a channel, in samples at the bundle's rate.
///
/// Both are multiples of 100 ms: at every rate of [io.undertone.audio.AudioFormat] that is a whole number of
/// samples, so a window's edges lie on samples whatever the source.
///
/// @param sampleRateHz the rate of the windows, that of the bundle
/// @param windowSamples length of a window
/// @param hopSamples distance between the starts of two windows, at most windowSamples
public record WindowSpec(int sampleRateHz, int windowSamples, int hopSamples) {

    public WindowSpec {
        if (sampleRateHz < 1 || sampleRateHz % 10 != 0) {
            throw new IllegalArgumentException("sampleRateHz must be a positive multiple of 10: " + sampleRateHz);
        }
        int grid = sampleRateHz / 10;
        if (windowSamples < grid || windowSamples % grid != 0) {
            throw new IllegalArgumentException(
                    "windowSamples must be a positive multiple of " + grid + " (100 ms): " + windowSamples);
        }
        if (hopSamples < grid || hopSamples > windowSamples || hopSamples % grid != 0) {
            throw new IllegalArgumentException("hopSamples must be a multiple of " + grid + " (100 ms) in [" + grid
                    + ", " + windowSamples + "]: " + hopSamples);
        }
    }

    /// Start of window `index` in milliseconds of call time.
    public long startMillis(long index) {
        return index * hopSamples * 1000L / sampleRateHz;
    }

    /// End (exclusive) of window `index` in milliseconds of call time.
    public long endMillis(long index) {
        return (index * hopSamples + windowSamples) * 1000L / sampleRateHz;
    }
}

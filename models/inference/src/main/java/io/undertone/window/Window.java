package io.undertone.window;

/// A fixed span of one channel's audio, ready for the encoder. Immutable.
public final class Window {

    private final long index;
    private final float[] samples; // [windowSamples], in [-1, 1], at the bundle's rate
    private final WindowQuality quality;

    private Window(long index, float[] samples, WindowQuality quality) {
        this.index = index;
        this.samples = samples;
        this.quality = quality;
    }

    /// @param index position in the channel, from 0: the window starts at `index * hopSamples`
    /// @param samples taken over, not copied: the caller must not touch them again
    public static Window of(long index, float[] samples, WindowQuality quality) {
        if (index < 0) {
            throw new IllegalArgumentException("index must not be negative: " + index);
        }
        return new Window(index, samples, quality);
    }

    public long index() {
        return index;
    }

    /// The samples themselves, not a copy: read only. Shape `[windowSamples]`.
    public float[] samples() {
        return samples;
    }

    public WindowQuality quality() {
        return quality;
    }

    /// The same audio of which another share is speech, as a better judge than the speech gate says.
    ///
    /// @param speechRatio in [0, 1]
    public Window withSpeechRatio(double speechRatio) {
        return new Window(
                index,
                samples,
                new WindowQuality(speechRatio, quality.coverage(), quality.clipping(), quality.partial()));
    }
}

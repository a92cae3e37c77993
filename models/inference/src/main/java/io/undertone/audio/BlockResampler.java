package io.undertone.audio;

/// Resamples audio on a grid of 100 ms blocks with a fixed context to the left of each block.
///
/// A block's samples are a function of the source samples of the block and its context alone, so they do not
/// depend on how the audio was cut into chunks nor on when processing started. Since nothing to the right of a
/// block is used, the resampled signal is late by half the filter's length, [#delaySourceSamples] at the source's
/// rate (2.25 ms from 8 kHz, 1.1 ms from 48 kHz, 0 when the rates are equal, where the block is copied).
/// Immutable; any thread.
///
/// The filter is that of TarsosDSP (J. O. Smith, "Digital Audio Resampling Home Page": windowed sinc, Kaiser beta
/// 6, 17 zero crossings a side, pass-band to 0.9 of the lower Nyquist frequency).
public final class BlockResampler {

    private static final int BLOCKS_PER_SECOND = 10;

    private final int sourceRateHz;
    private final int targetRateHz;
    private final FilterTable filter;

    private BlockResampler(int sourceRateHz, int targetRateHz) {
        this.sourceRateHz = sourceRateHz;
        this.targetRateHz = targetRateHz;
        this.filter = FilterTable.between(sourceRateHz, targetRateHz);
    }

    /// @param sourceRateHz multiple of 10
    /// @param targetRateHz multiple of 10
    /// @throws InvalidInputException when the rates have no short common period
    public static BlockResampler of(int sourceRateHz, int targetRateHz) {
        checkRate("sourceRateHz", sourceRateHz);
        checkRate("targetRateHz", targetRateHz);
        return new BlockResampler(sourceRateHz, targetRateHz);
    }

    private static void checkRate(String name, int rateHz) {
        if (rateHz < BLOCKS_PER_SECOND || rateHz % BLOCKS_PER_SECOND != 0) {
            throw new IllegalArgumentException(name + " must be a positive multiple of 10: " + rateHz);
        }
    }

    /// Source samples of a block.
    public int sourceBlockSamples() {
        return sourceRateHz / BLOCKS_PER_SECOND;
    }

    /// Resampled samples of a block.
    public int targetBlockSamples() {
        return targetRateHz / BLOCKS_PER_SECOND;
    }

    /// Source samples that are needed before a block.
    public int contextSamples() {
        return isIdentity() ? 0 : filter.left() + filter.right();
    }

    /// By how much the resampled signal is late, in samples at the source's rate.
    public int delaySourceSamples() {
        return isIdentity() ? 0 : filter.right();
    }

    /// Resamples consecutive blocks.
    ///
    /// @param source at the source's rate, in [-1, 1]
    /// @param start where the first block starts in `source`: [#contextSamples] of context stand before it
    /// @param target gets `blocks * targetBlockSamples()` samples from `targetStart` on.
    public void resample(float[] source, int start, float[] target, int targetStart, int blocks) {
        if (isIdentity()) {
            System.arraycopy(source, start, target, targetStart, blocks * sourceBlockSamples());
            return;
        }
        filter.apply(source, start - filter.right(), target, targetStart, blocks * targetBlockSamples());
    }

    private boolean isIdentity() {
        return sourceRateHz == targetRateHz;
    }
}

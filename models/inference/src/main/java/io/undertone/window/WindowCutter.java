package io.undertone.window;

import io.undertone.audio.BlockResampler;

/// Cuts windows out of a channel's audio, resampled to the rate of the windows. In steady state each sample is
/// decoded and resampled once: what two windows share stays in a ring.
///
/// Memory: one window of samples (188 KiB for 3 s at 16 kHz), and 100 ms of source. One thread.
final class WindowCutter {

    private static final int BLOCKS_PER_SECOND = 10;

    private final ChannelAudio audio;
    private final BlockResampler resampler;
    private final int windowBlocks;
    private final int hopBlocks;
    private final float[] ring; // [windowBlocks * targetBlockSamples]: block n at n modulo windowBlocks
    private final float[] source; // [contextSamples + sourceBlockSamples]
    private long nextBlock;

    WindowCutter(WindowSpec spec, ChannelAudio audio) {
        this.audio = audio;
        this.resampler = BlockResampler.of(audio.rateHz(), spec.sampleRateHz());
        int grid = spec.sampleRateHz() / BLOCKS_PER_SECOND;
        this.windowBlocks = spec.windowSamples() / grid;
        this.hopBlocks = spec.hopSamples() / grid;
        this.ring = new float[spec.windowSamples()];
        this.source = new float[resampler.contextSamples() + resampler.sourceBlockSamples()];
    }

    /// The samples of a window, which must not lie before the one cut last. Shape `[windowSamples]`.
    float[] cut(long index) {
        long first = index * hopBlocks;
        for (nextBlock = Math.max(nextBlock, first); nextBlock < first + windowBlocks; nextBlock++) {
            long start = nextBlock * resampler.sourceBlockSamples();
            audio.read(start - resampler.contextSamples(), start + resampler.sourceBlockSamples(), source);
            resampler.resample(source, resampler.contextSamples(), ring, slot(nextBlock), 1);
        }
        float[] samples = new float[ring.length];
        int oldest = slot(first);
        System.arraycopy(ring, oldest, samples, 0, ring.length - oldest);
        System.arraycopy(ring, 0, samples, ring.length - oldest, oldest);
        return samples;
    }

    private int slot(long block) {
        return (int) (block % windowBlocks) * resampler.targetBlockSamples();
    }

    /// How far back audio is needed to cut this window and later ones afresh, in samples at the audio's rate.
    long neededFrom(long index) {
        long start = index * hopBlocks * resampler.sourceBlockSamples();
        return audio.neededFrom(start - resampler.contextSamples());
    }
}

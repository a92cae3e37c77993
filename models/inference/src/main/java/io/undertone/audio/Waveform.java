package io.undertone.audio;

import java.util.Arrays;

/// Mono samples in [-1, 1] at a rate. Immutable: the array is copied on the way in and out.
public final class Waveform {

    private final float[] samples; // [samples]
    private final int sampleRateHz;

    private Waveform(float[] samples, int sampleRateHz) {
        this.samples = samples;
        this.sampleRateHz = sampleRateHz;
    }

    public static Waveform of(float[] samples, int sampleRateHz) {
        if (sampleRateHz < 1) {
            throw new IllegalArgumentException("sampleRateHz must be positive: " + sampleRateHz);
        }
        return new Waveform(samples.clone(), sampleRateHz);
    }

    public float[] toArray() {
        return samples.clone();
    }

    /// The samples in [from, to), a copy.
    public float[] slice(int from, int to) {
        return Arrays.copyOfRange(samples, from, to);
    }

    public int length() {
        return samples.length;
    }

    public int sampleRateHz() {
        return sampleRateHz;
    }

    public double seconds() {
        return (double) samples.length / sampleRateHz;
    }
}

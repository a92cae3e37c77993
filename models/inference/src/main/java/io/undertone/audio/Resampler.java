package io.undertone.audio;

/// Resamples whole waveforms, sample for sample as [BlockResampler] does blocks (and late by the same few
/// milliseconds), so that what a model is trained on is what it meets in a stream.
public final class Resampler {

    private Resampler() {}

    /// @return `ceil(length * rateHz / waveform.sampleRateHz())` samples in [-1, 1]; the waveform itself at equal
    ///     rates
    /// @throws InvalidInputException when the rates have no short common period
    public static Waveform resample(Waveform waveform, int rateHz) {
        if (rateHz < 1) {
            throw new IllegalArgumentException("rateHz must be positive: " + rateHz);
        }
        if (rateHz == waveform.sampleRateHz()) {
            return waveform;
        }
        FilterTable filter = FilterTable.between(waveform.sampleRateHz(), rateHz);
        int context = filter.left() + filter.right();
        float[] source = new float[context + waveform.length()]; // silence before the start
        System.arraycopy(waveform.toArray(), 0, source, context, waveform.length());
        long length = Math.ceilDiv((long) waveform.length() * rateHz, (long) waveform.sampleRateHz());
        float[] target = new float[Math.toIntExact(length)];
        filter.apply(source, context - filter.right(), target, 0, target.length);
        return Waveform.of(target, rateHz);
    }
}

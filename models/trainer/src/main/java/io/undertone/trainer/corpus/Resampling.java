package io.undertone.trainer.corpus;

import io.undertone.audio.Waveform;

/// Whole-clip resampling by a Hann-windowed sinc, 16 zero crossings to each side.
final class Resampling {

    private static final int CROSSINGS = 16;

    private Resampling() {}

    /// The same sound at another rate; the waveform itself when it has that rate.
    static Waveform to(Waveform waveform, int sampleRateHz) {
        if (waveform.sampleRateHz() == sampleRateHz) {
            return waveform;
        }
        float[] in = waveform.toArray();
        double ratio = (double) sampleRateHz / waveform.sampleRateHz();
        double cutoff = Math.min(1, ratio);
        float[] out = new float[(int) Math.ceil(in.length * ratio)];
        double reach = CROSSINGS / cutoff;
        for (int i = 0; i < out.length; i++) {
            double centre = i / ratio;
            double sum = 0;
            int from = Math.max(0, (int) Math.ceil(centre - reach));
            int to = Math.min(in.length - 1, (int) Math.floor(centre + reach));
            for (int k = from; k <= to; k++) {
                double t = (k - centre) * cutoff;
                double sinc = t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
                sum += in[k] * sinc * (0.5 + 0.5 * Math.cos(Math.PI * t / CROSSINGS));
            }
            out[i] = (float) (sum * cutoff);
        }
        return Waveform.of(out, sampleRateHz);
    }
}

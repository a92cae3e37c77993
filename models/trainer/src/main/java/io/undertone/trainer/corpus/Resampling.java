package io.undertone.trainer.corpus;

import io.undertone.audio.Waveform;

/// Whole-clip resampling by a polyphase filter: a Hann-windowed sinc of 16 zero crossings to each side, one set of
/// taps for each position that an output sample can have between two input samples.
final class Resampling {

    private static final int CROSSINGS = 16;

    private Resampling() {}

    /// The same sound at another rate; the waveform itself when it has that rate.
    static Waveform to(Waveform waveform, int sampleRateHz) {
        if (waveform.sampleRateHz() == sampleRateHz) {
            return waveform;
        }
        int common = gcd(sampleRateHz, waveform.sampleRateHz());
        int up = sampleRateHz / common;
        int down = waveform.sampleRateHz() / common;
        double cutoff = Math.min(1, (double) up / down);
        int reach = (int) Math.ceil(CROSSINGS / cutoff);
        float[][] phases = phases(up, cutoff, reach);
        float[] in = waveform.toArray();
        float[] out = new float[(int) (((long) in.length * up + down - 1) / down)];
        for (int i = 0; i < out.length; i++) {
            long position = (long) i * down;
            int first = (int) (position / up) - reach + 1;
            float[] taps = phases[(int) (position % up)];
            int from = Math.max(0, -first);
            int to = Math.min(taps.length, in.length - first);
            float sum = 0;
            for (int k = from; k < to; k++) {
                sum += taps[k] * in[first + k];
            }
            out[i] = sum;
        }
        return Waveform.of(out, sampleRateHz);
    }

    /// `[up][2 * reach]`: tap k of phase p is for the input sample `k - reach + 1 - p / up` away from the output.
    private static float[][] phases(int up, double cutoff, int reach) {
        float[][] phases = new float[up][2 * reach];
        for (int phase = 0; phase < up; phase++) {
            for (int k = 0; k < 2 * reach; k++) {
                double t = (k - reach + 1 - (double) phase / up) * cutoff;
                double sinc = t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
                double hann = Math.abs(t) < CROSSINGS ? 0.5 + 0.5 * Math.cos(Math.PI * t / CROSSINGS) : 0;
                phases[phase][k] = (float) (cutoff * sinc * hann);
            }
        }
        return phases;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}

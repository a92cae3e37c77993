package io.undertone.trainer.network;

/// The log-mel front end as fixed filters of the network: `[batch, samples]` at 16 kHz to `[batch, BANDS, frames]`.
///
/// An anti-alias filter keeps every second sample (nothing above 3.8 kHz is used, so that telephone and
/// wideband speech look alike), a windowed discrete Fourier transform is a strided convolution, and triangles
/// sum its power into bands equally wide in mel (O'Shaughnessy 1987: `2595 log10(1 + f / 700)`). Frames of 25
/// ms every 10 ms. The frequencies of the transform lie on the mel axis too, so that low bands, narrower than a
/// bin of a plain FFT, are not empty.
///
/// Power is divided by its mean over the window before the logarithm: gain changes nothing.
public final class LogMel {

    public static final int SAMPLE_RATE_HZ = 16_000;
    public static final int BANDS = 64;

    private static final int LOW_HZ = 60;
    private static final int HIGH_HZ = 3_800;
    private static final int INNER_RATE_HZ = SAMPLE_RATE_HZ / 2;
    private static final int FRAME = INNER_RATE_HZ / 40; // 25 ms
    private static final int HOP = INNER_RATE_HZ / 100; // 10 ms
    private static final int FREQUENCIES = 2 * BANDS;
    /// Length of [#decimation].
    public static final int DECIMATION_TAPS = 63;

    /// Digital silence must not be divided by 0.
    private static final float SILENCE = 1e-9f;

    /// Power this far (60 dB) below the window's mean is as good as silence.
    private static final float FLOOR = 1e-6f;

    /// Moves what speech gives (about -14 to 3) to about 0, with a deviation of about 1.
    private static final float CENTRE = 4.5f;

    private static final float SCALE = 0.3f;

    private LogMel() {}

    /// Adds the fixed filters to the weights.
    public static void addTo(Weights weights) {
        weights.fixed("frontend.decimate", decimation(), 1, 1, DECIMATION_TAPS);
        float[][] basis = fourierBasis(BANDS, FRAME, INNER_RATE_HZ);
        weights.fixed("frontend.cos", basis[0], FREQUENCIES, 1, FRAME);
        weights.fixed("frontend.sin", basis[1], FREQUENCIES, 1, FRAME);
        weights.fixed("frontend.mel", triangles(BANDS), BANDS, FREQUENCIES, 1);
    }

    /// `[batch, samples]` to `[batch, BANDS, frames]`.
    public static <T> T apply(NetworkOps<T> ops, T waveform) {
        T x = ops.conv1d(ops.expandAxis(waveform, 1), "frontend.decimate", null, 2, DECIMATION_TAPS / 2);
        T real = ops.conv1d(x, "frontend.cos", null, HOP, 0);
        T imaginary = ops.conv1d(x, "frontend.sin", null, HOP, 0);
        T power = ops.add(ops.mul(real, real), ops.mul(imaginary, imaginary));
        T bands = ops.conv1d(power, "frontend.mel", null, 1, 0);
        return relativeLog(ops, bands);
    }

    /// Power `[batch, bands, frames]` relative to its mean over the window, as a logarithm of about 0 with a deviation
    /// of about 1.
    static <T> T relativeLog(NetworkOps<T> ops, T power) {
        T relative = ops.div(power, ops.addScalar(ops.meanOfEach(power), SILENCE));
        return ops.mulScalar(ops.addScalar(ops.log(ops.addScalar(relative, FLOOR)), CENTRE), SCALE);
    }

    /// The sample in the middle of a frame.
    public static int centre(int frame) {
        return 2 * (frame * HOP + FRAME / 2);
    }

    /// Frames that `samples` give.
    public static int frames(int samples) {
        return ((samples + 1) / 2 - FRAME) / HOP + 1;
    }

    /// Windowed sinc (Hamming), passing below 4 kHz, of sum 1.
    public static float[] decimation() {
        double[] taps = new double[DECIMATION_TAPS];
        double sum = 0;
        for (int i = 0; i < DECIMATION_TAPS; i++) {
            double t = i - (DECIMATION_TAPS - 1) / 2.0;
            double sinc = t == 0 ? 1 : Math.sin(Math.PI * t / 2) / (Math.PI * t / 2);
            taps[i] = sinc * (0.54 - 0.46 * Math.cos(2 * Math.PI * i / (DECIMATION_TAPS - 1)));
            sum += taps[i];
        }
        float[] scaled = new float[DECIMATION_TAPS];
        for (int i = 0; i < DECIMATION_TAPS; i++) {
            scaled[i] = (float) (taps[i] / sum);
        }
        return scaled;
    }

    /// Cosines and sines of two frequencies a band under a Hann window, `[2 * bands * frame]` each, rounded to 16 bits.
    static float[][] fourierBasis(int bands, int frame, int rateHz) {
        float[] cosines = new float[2 * bands * frame];
        float[] sines = new float[2 * bands * frame];
        for (int f = 0; f < 2 * bands; f++) {
            double step = 2 * Math.PI * frequencyHz(f, bands) / rateHz;
            for (int i = 0; i < frame; i++) {
                double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / frame);
                cosines[f * frame + i] = (float) (hann * Math.cos(step * i));
                sines[f * frame + i] = (float) (hann * Math.sin(step * i));
            }
        }
        halfPrecision(cosines);
        halfPrecision(sines);
        return new float[][] {cosines, sines};
    }

    /// Rounds to 16-bit floats, so that the filters take half the room in a bundle; 12 dB below the floor.
    private static void halfPrecision(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
    }

    /// Frequencies stand twice as close as bands, the first and last inside the outermost triangles.
    private static double frequencyHz(int index, int bands) {
        double low = mel(LOW_HZ);
        double step = (mel(HIGH_HZ) - low) / (bands + 1);
        return 700 * (Math.pow(10, (low + (index / 2.0 + 0.75) * step) / 2595) - 1);
    }

    private static double mel(double hz) {
        return 2595 * Math.log10(1 + hz / 700);
    }

    /// `[bands * 2 * bands]`: band b peaks at b + 1 steps above LOW_HZ and reaches one step to each side.
    static float[] triangles(int bands) {
        float[] weights = new float[bands * 2 * bands];
        for (int band = 0; band < bands; band++) {
            for (int f = 0; f < 2 * bands; f++) {
                weights[band * 2 * bands + f] = (float) Math.max(0, 1 - Math.abs(f / 2.0 + 0.75 - (band + 1)));
            }
        }
        return weights;
    }
}

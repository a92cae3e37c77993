package io.undertone.audio;

/// The two logarithmic telephone codes of ITU-T G.711, one byte a sample, as tables over all 256 codes.
///
/// Decoded values are those of 16-bit decoders (`/ 32768`), so that a mu-law file and its 16-bit copy are the
/// same signal.
final class G711 {

    static final float[] MULAW_TO_FLOAT = table(true); // [256], in [-1, 1]
    static final float[] ALAW_TO_FLOAT = table(false); // [256], in [-1, 1]

    private static final int MULAW_BIAS = 0x84; // 33 steps of the 14-bit code, in 16-bit units
    private static final int MULAW_MAX = 32_635; // above it the biased value would not fit the highest segment
    private static final int ALAW_MAX = 32_767;

    private G711() {}

    private static float[] table(boolean mulaw) {
        float[] table = new float[256];
        for (int code = 0; code < 256; code++) {
            table[code] = (mulaw ? decodeMulaw(code) : decodeAlaw(code)) / 32_768f;
        }
        return table;
    }

    /// All bits are sent inverted; then sign, three bits of segment, four bits of step.
    private static int decodeMulaw(int code) {
        int bits = ~code & 0xff;
        int segment = (bits >> 4) & 7;
        int magnitude = ((((bits & 0x0f) << 3) + MULAW_BIAS) << segment) - MULAW_BIAS;
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    /// Every second bit is sent inverted; a set sign bit means positive. The lowest segment is linear.
    private static int decodeAlaw(int code) {
        int bits = code ^ 0x55;
        int segment = (bits >> 4) & 7;
        int step = (bits & 0x0f) << 4;
        int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// @param sample 16-bit value
    static byte encodeMulaw(int sample) {
        int magnitude = Math.min(Math.abs(sample), MULAW_MAX) + MULAW_BIAS;
        int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
        int bits = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f) | (sample < 0 ? 0x80 : 0);
        return (byte) ~bits;
    }

    /// @param sample 16-bit value
    static byte encodeAlaw(int sample) {
        int magnitude = Math.min(sample < 0 ? ~sample : sample, ALAW_MAX);
        int segment = Math.max(0, 24 - Integer.numberOfLeadingZeros(magnitude));
        int step = (magnitude >> Math.max(4, segment + 3)) & 0x0f;
        int bits = (segment << 4) | step | (sample < 0 ? 0 : 0x80);
        return (byte) (bits ^ 0x55);
    }
}

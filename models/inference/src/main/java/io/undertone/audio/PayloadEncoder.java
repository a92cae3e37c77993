package io.undertone.audio;

/// Samples as payloads of chunks: what a file becomes when it is sent as a stream. Any thread.
public final class PayloadEncoder {

    private PayloadEncoder() {}

    /// Encodes samples `from` to `to`, rounded to 16 bits first.
    ///
    /// @param codec any but OPUS
    /// @param samples in [-1, 1]; values outside are clipped
    public static byte[] encodePcm(Codec codec, float[] samples, int from, int to) {
        byte[] payload = new byte[(to - from) * (codec == Codec.PCM_S16LE ? 2 : 1)];
        for (int i = from; i < to; i++) {
            int value = Math.clamp(Math.round(samples[i] * 32_768f), Short.MIN_VALUE, Short.MAX_VALUE);
            switch (codec) {
                case PCM_S16LE -> {
                    payload[2 * (i - from)] = (byte) value;
                    payload[2 * (i - from) + 1] = (byte) (value >> 8);
                }
                case PCM_MULAW -> payload[i - from] = G711.encodeMulaw(value);
                case PCM_ALAW -> payload[i - from] = G711.encodeAlaw(value);
                case OPUS -> throw new IllegalArgumentException("codec must be a PCM codec: OPUS");
            }
        }
        return payload;
    }
}

package io.undertone.audio;

/// Payloads of chunks as samples. Any thread.
public final class PayloadDecoder {

    /// Bytes before each Opus packet that give its length.
    public static final int OPUS_LENGTH_BYTES = 2;

    private PayloadDecoder() {}

    /// Counts without decoding; for Opus the structure of every packet is checked (RFC 6716, 3.4).
    public static SampleCount countSamples(AudioFormat format, byte[] payload) {
        return switch (format.codec()) {
            case PCM_MULAW, PCM_ALAW -> new SampleCount.Counted(payload.length);
            case PCM_S16LE ->
                payload.length % 2 == 0
                        ? new SampleCount.Counted(payload.length / 2)
                        : new SampleCount.Undecodable("payload of " + payload.length
                                + " bytes ends with half a sample; PCM_S16LE has 2 bytes a sample");
            case OPUS -> countOpus(payload, OpusPacketDecoder.RATE_HZ / format.sampleRateHz());
        };
    }

    private static SampleCount countOpus(byte[] payload, int decodedPerSample) {
        int samples = 0;
        int packet = 0;
        for (int at = 0; at < payload.length; packet++) {
            int length = opusPacketLength(payload, at);
            int left = payload.length - at - OPUS_LENGTH_BYTES;
            if (length < 0) {
                return new SampleCount.Undecodable("Opus packet " + packet + " has only half of its length before it");
            }
            if (left < length || length == 0) {
                return new SampleCount.Undecodable(
                        "Opus packet " + packet + " should have " + length + " bytes; there are " + left + " left");
            }
            int counted = OpusPackets.countSamples(payload, at + OPUS_LENGTH_BYTES, length);
            if (counted < 0) {
                return new SampleCount.Undecodable("Opus packet " + packet + " of " + length
                        + " bytes has a broken structure or more than 120 ms (RFC 6716, 3.4)");
            }
            samples += counted;
            at += OPUS_LENGTH_BYTES + length;
        }
        return new SampleCount.Counted(samples / decodedPerSample);
    }

    /// Length in bytes of the Opus packet whose length stands at `at`; -1 when only half of the length is there.
    public static int opusPacketLength(byte[] payload, int at) {
        if (at + OPUS_LENGTH_BYTES > payload.length) {
            return -1;
        }
        return ((payload[at] & 0xff) << 8) | (payload[at + 1] & 0xff);
    }

    /// Decodes samples `from` to `from + count` of a payload that is not Opus.
    ///
    /// @param target gets samples in [-1, 1] from `targetStart` on
    public static void decodePcm(Codec codec, byte[] payload, int from, int count, float[] target, int targetStart) {
        switch (codec) {
            case PCM_S16LE -> {
                for (int i = 0; i < count; i++) {
                    int at = 2 * (from + i);
                    target[targetStart + i] = (short) ((payload[at + 1] << 8) | (payload[at] & 0xff)) / 32_768f;
                }
            }
            case PCM_MULAW -> decodeG711(G711.MULAW_TO_FLOAT, payload, from, count, target, targetStart);
            case PCM_ALAW -> decodeG711(G711.ALAW_TO_FLOAT, payload, from, count, target, targetStart);
            case OPUS -> throw new IllegalArgumentException("codec must be a PCM codec: OPUS");
        }
    }

    private static void decodeG711(
            float[] table, byte[] payload, int from, int count, float[] target, int targetStart) {
        for (int i = 0; i < count; i++) {
            target[targetStart + i] = table[payload[from + i] & 0xff];
        }
    }
}

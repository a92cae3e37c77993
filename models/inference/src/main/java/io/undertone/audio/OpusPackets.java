package io.undertone.audio;

/// What the first bytes of an Opus packet say of it (RFC 6716, 3.1 and 3.2), without decoding it.
final class OpusPackets {

    /// The rate at which everything is decoded. The decoder takes 8 to 48 kHz, but below 48 kHz it loses the SILK
    /// part of hybrid packets (concentus issue 67: the CELT part overwrites it), and those are what encoders send
    /// for wide-band speech from about 24 kbit/s.
    static final int RATE_HZ = 48_000;

    /// A packet holds at most 120 ms (RFC 6716, 3.2.5, R5).
    static final int MAX_PACKET_SAMPLES = RATE_HZ * 120 / 1000;

    static final int MAX_FRAME_BYTES = 1_275; // R2

    private OpusPackets() {}

    /// Samples in each frame of a packet, at 48 kHz, by the five configuration bits of the packet's first byte.
    private static int frameSamples(byte toc) {
        int config = (toc >> 3) & 0x1f;
        int step = config & 3;
        if (config < 12) { // SILK: 10, 20, 40, 60 ms
            return step == 3 ? 60 * RATE_HZ / 1000 : (10 << step) * RATE_HZ / 1000;
        }
        if (config < 16) { // hybrid: 10, 20 ms
            return (10 << (config & 1)) * RATE_HZ / 1000;
        }
        return (RATE_HZ / 400) << step; // CELT: 2.5, 5, 10, 20 ms
    }

    /// Checks the structure of a packet and counts its samples.
    ///
    /// @return samples at 48 kHz, or -1 when the packet breaks one of the rules R1 to R7
    static int countSamples(byte[] bytes, int from, int length) {
        if (length < 1) {
            return -1;
        }
        int frame = frameSamples(bytes[from]);
        int body = length - 1;
        int frames = switch (bytes[from] & 3) {
            case 0 -> body <= MAX_FRAME_BYTES ? 1 : -1;
            case 1 -> body % 2 == 0 && body / 2 <= MAX_FRAME_BYTES ? 2 : -1;
            case 2 -> twoFrames(bytes, from + 1, body);
            default -> manyFrames(bytes, from + 1, body);
        };
        int samples = frames * frame;
        return frames > 0 && samples <= MAX_PACKET_SAMPLES ? samples : -1;
    }

    /// Code 2: the first frame's length, both frames.
    private static int twoFrames(byte[] bytes, int at, int length) {
        int first = frameLength(bytes, at, length);
        if (first < 0) {
            return -1;
        }
        int rest = length - lengthBytes(first) - first;
        return rest >= 0 && rest <= MAX_FRAME_BYTES ? 2 : -1;
    }

    /// Code 3: a byte with the number of frames and two flags, padding, lengths when they differ, the frames.
    private static int manyFrames(byte[] bytes, int start, int length) {
        if (length < 1) {
            return -1;
        }
        int at = start + 1;
        int left = length - 1;
        int frames = bytes[start] & 0x3f;
        if ((bytes[start] & 0x40) != 0) {
            int padding = 0;
            int more;
            do {
                if (left < 1) {
                    return -1;
                }
                more = bytes[at++] & 0xff;
                left--;
                padding += more == 255 ? 254 : more;
            } while (more == 255);
            left -= padding;
        }
        if (frames == 0 || left < 0) {
            return -1;
        }
        boolean variable = (bytes[start] & 0x80) != 0;
        if (!variable) {
            return left % frames == 0 && left / frames <= MAX_FRAME_BYTES ? frames : -1;
        }
        for (int i = 0; i < frames - 1; i++) {
            int frame = frameLength(bytes, at, left);
            if (frame < 0) {
                return -1;
            }
            at += lengthBytes(frame);
            left -= lengthBytes(frame) + frame;
        }
        return left >= 0 && left <= MAX_FRAME_BYTES ? frames : -1;
    }

    /// Length of a frame in one or two bytes (RFC 6716, 3.2.1); -1 when they are missing.
    private static int frameLength(byte[] bytes, int at, int left) {
        if (left < 1) {
            return -1;
        }
        int first = bytes[at] & 0xff;
        if (first < 252) {
            return first;
        }
        return left < 2 ? -1 : first + 4 * (bytes[at + 1] & 0xff);
    }

    private static int lengthBytes(int frameLength) {
        return frameLength < 252 ? 1 : 2;
    }
}

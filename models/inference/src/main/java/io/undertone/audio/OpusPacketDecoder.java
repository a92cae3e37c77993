package io.undertone.audio;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.util.Arrays;

/// Decodes consecutive Opus packets of one stream to mono at 48 kHz (see [OpusPackets] for why at no other rate).
///
/// Threading: holds the decoder's memory of the packets before; one owner at a time.
public final class OpusPacketDecoder {

    /// The rate of everything that is decoded.
    public static final int RATE_HZ = OpusPackets.RATE_HZ;

    private final OpusDecoder decoder;
    private final short[] pcm = new short[OpusPackets.MAX_PACKET_SAMPLES];

    public OpusPacketDecoder() {
        try {
            decoder = new OpusDecoder(RATE_HZ, 1);
        } catch (OpusException e) {
            throw new IllegalStateException("an Opus decoder for 48 kHz mono cannot be made", e);
        }
    }

    /// Samples of a packet at 48 kHz, by its first bytes; -1 when its structure is broken.
    public static int countSamples(byte[] bytes, int from, int length) {
        return OpusPackets.countSamples(bytes, from, length);
    }

    /// Decodes one packet whose structure is sound.
    ///
    /// A packet of random bytes can have a sound structure and still stop the decoder: it gives silence.
    ///
    /// @param target gets as many samples in [-1, 1] as [#countSamples] says, from `targetStart` on
    public void decode(byte[] bytes, int from, int length, float[] target, int targetStart) {
        int samples = countSamples(bytes, from, length);
        int decoded;
        try {
            decoded = decoder.decode(bytes, from, length, pcm, 0, pcm.length, false);
        } catch (OpusException | RuntimeException | AssertionError _) {
            // What the library throws on corrupt input is not documented; its assertions cannot be turned off.
            decoder.resetState();
            decoded = 0;
        }
        for (int i = 0; i < Math.min(samples, decoded); i++) {
            target[targetStart + i] = pcm[i] / 32_768f;
        }
        if (decoded < samples) {
            Arrays.fill(target, targetStart + Math.max(0, decoded), targetStart + samples, 0);
        }
    }
}

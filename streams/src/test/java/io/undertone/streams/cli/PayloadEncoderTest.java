package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PayloadEncoderTest {

    /// 16-bit values and what `sox -t s16 - -t ul -` and `-t al -` (14.4.2, without dither) make of them. Away from the
    /// edges of the
    /// steps, where sox rounds to 14 or 13 bits first.
    private static final short[] PCM = {0, 8, -8, 60, -60, 1000, -1000, 12_345, -12_345, 32_767, -32_768};

    private static final String MULAW = "fffe7ef777ce4e97178000";
    private static final String ALAW = "d5d555d156fa7abd3daa2a";

    @Test
    void shouldEncodeMulawAsSoxDoes() {
        assertThat(hex(Codec.PCM_MULAW)).isEqualTo(MULAW);
    }

    @Test
    void shouldEncodeAlawAsSoxDoes() {
        assertThat(hex(Codec.PCM_ALAW)).isEqualTo(ALAW);
    }

    @Test
    void shouldEncode16BitSamplesLittleEndian() {
        byte[] payload =
                PayloadEncoder.of(new AudioFormat(Codec.PCM_S16LE, 8_000)).encode(samples());

        for (int i = 0; i < PCM.length; i++) {
            assertThat((short) ((payload[2 * i] & 0xff) | (payload[2 * i + 1] << 8)))
                    .isEqualTo(PCM[i]);
        }
    }

    @Test
    void shouldFrameOpusPacketsOf20MsByTheirLength() {
        byte[] payload = PayloadEncoder.of(new AudioFormat(Codec.OPUS, 16_000)).encode(new float[16_000 / 5]);

        int packets = 0;
        for (int i = 0; i < payload.length; packets++) {
            i += 2 + (((payload[i] & 0xff) << 8) | (payload[i + 1] & 0xff));
        }
        assertThat(packets).isEqualTo(10);
    }

    private static String hex(Codec codec) {
        return HexFormat.of()
                .formatHex(PayloadEncoder.of(new AudioFormat(codec, 8_000)).encode(samples()));
    }

    private static float[] samples() {
        float[] samples = new float[PCM.length];
        for (int i = 0; i < PCM.length; i++) {
            samples[i] = PCM[i] / 32_768f;
        }
        return samples;
    }
}

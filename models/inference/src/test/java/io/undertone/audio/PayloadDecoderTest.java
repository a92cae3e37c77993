package io.undertone.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadDecoderTest {

    private static final AudioFormat OPUS_16K = new AudioFormat(Codec.OPUS, 16_000);

    @ParameterizedTest
    @CsvSource({
        "PCM_MULAW, mulaw-sox.s16",
        "PCM_MULAW, mulaw-ffmpeg.s16",
        "PCM_ALAW, alaw-sox.s16",
        "PCM_ALAW, alaw-ffmpeg.s16"
    })
    void shouldDecodeAll256CodesAsSoxAndFfmpegDo(Codec codec, String vector) {
        float[] actual = new float[256];
        PayloadDecoder.decodePcm(codec, Vectors.bytes("codes.raw"), 0, 256, actual, 0);
        assertThat(actual).isEqualTo(Vectors.s16(vector));
    }

    @ParameterizedTest
    @CsvSource({"PCM_MULAW, mulaw-sox.s16", "PCM_ALAW, alaw-sox.s16"})
    void shouldEncodeEveryDecodedValueAsItsCode(Codec codec, String vector) {
        float[] values = Vectors.s16(vector);
        byte[] expected = Vectors.bytes("codes.raw");
        if (codec == Codec.PCM_MULAW) {
            expected[0x7f] = (byte) 0xff; // minus zero is sent as zero
        }
        assertThat(PayloadEncoder.encodePcm(codec, values, 0, 256)).isEqualTo(expected);
    }

    @Test
    void shouldEncodeAnyValueAsTheNearestOrNextCode() {
        for (Codec codec : new Codec[] {Codec.PCM_MULAW, Codec.PCM_ALAW}) {
            for (int value = Short.MIN_VALUE; value <= Short.MAX_VALUE; value += 7) {
                float[] sample = {value / 32_768f};
                float[] decoded = new float[1];
                PayloadDecoder.decodePcm(codec, PayloadEncoder.encodePcm(codec, sample, 0, 1), 0, 1, decoded, 0);
                // Half a step: 1/32 of the segment's base, at least 16 (A-law) or 4 (mu-law) steps of 16 bits.
                float tolerance = Math.max(Math.abs(sample[0]) / 30, 16 / 32_768f);
                assertThat(Math.abs(decoded[0] - sample[0]))
                        .as("%s %d", codec, value)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    @Test
    void shouldDecodeLittleEndianPcmOverItsWholeRange() {
        byte[] payload = {0, (byte) 0x80, (byte) 0xff, (byte) 0xff, 0, 0, 1, 0, (byte) 0xff, 0x7f};
        float[] actual = new float[6];
        PayloadDecoder.decodePcm(Codec.PCM_S16LE, payload, 0, 5, actual, 1);
        assertThat(actual).containsExactly(0, -1f, -1 / 32_768f, 0, 1 / 32_768f, 32_767 / 32_768f);
        float[] part = new float[2];
        PayloadDecoder.decodePcm(Codec.PCM_S16LE, payload, 3, 2, part, 0);
        assertThat(part).containsExactly(1 / 32_768f, 32_767 / 32_768f);
    }

    /// libopus as reference; the decoder is a fixed-point port, so it cannot be equal in every bit.
    @Test
    void shouldDecodeOpusPacketsAsLibopusDoes() {
        byte[] payload = Vectors.bytes("speech.packets");
        float[] decoded = new float[48_000];
        int samples = 0;
        OpusPacketDecoder decoder = new OpusPacketDecoder();
        for (int at = 0; at < payload.length; ) {
            int length = PayloadDecoder.opusPacketLength(payload, at);
            decoder.decode(payload, at + 2, length, decoded, samples);
            samples += OpusPacketDecoder.countSamples(payload, at + 2, length);
            at += 2 + length;
        }
        float[] expected = Vectors.s16("speech-libopus.s16");
        int preSkip = 312;
        assertThat(Vectors.snrDb(expected, Arrays.copyOfRange(decoded, preSkip, samples)))
                .isGreaterThan(45);
        assertThat(PayloadDecoder.countSamples(OPUS_16K, payload)).isEqualTo(new SampleCount.Counted(samples / 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 12_000, 16_000, 24_000, 48_000})
    void shouldCountOpusSamplesAtTheRateOfTheFormat(int rateHz) {
        byte[] twentyMillisTwice = {0, 2, (byte) (9 << 3), 0, 0, 2, (byte) (31 << 3), 0};
        assertThat(PayloadDecoder.countSamples(new AudioFormat(Codec.OPUS, rateHz), twentyMillisTwice))
                .isEqualTo(new SampleCount.Counted(rateHz / 25));
    }

    @ParameterizedTest
    @CsvSource({
        "'00', 'only half of its length'", // half of a length
        "'00 00', 'should have 0 bytes'",
        "'00 03 48 00', 'should have 3 bytes'", // one byte is missing
        "'00 02 49 00', 'broken structure'", // code 1: two frames of equal size, in one byte
        "'00 02 4a 09', 'broken structure'", // code 2: the first frame goes past the end
        "'00 01 4b', 'broken structure'", // code 3 without its count
        "'00 02 4b 00', 'broken structure'", // no frame
        "'00 04 4b 03 00 00', 'broken structure'", // three equal frames in two bytes
        "'00 02 5b 07', 'more than 120 ms'", // 7 frames of 60 ms
        "'00 05 4b 41 ff ff 09', 'broken structure'" // padding past the end
    })
    void shouldSayWhyOpusCannotBeDecoded(String bytes, String expected) {
        byte[] payload = HexFormat.ofDelimiter(" ").parseHex(bytes);
        assertThat(PayloadDecoder.countSamples(OPUS_16K, payload))
                .isInstanceOfSatisfying(
                        SampleCount.Undecodable.class,
                        undecodable -> assertThat(undecodable.detail()).contains(expected));
    }

    @Test
    void shouldCountPcmWithoutDecoding() {
        assertThat(PayloadDecoder.countSamples(new AudioFormat(Codec.PCM_S16LE, 8_000), new byte[6]))
                .isEqualTo(new SampleCount.Counted(3));
        assertThat(PayloadDecoder.countSamples(new AudioFormat(Codec.PCM_ALAW, 8_000), new byte[6]))
                .isEqualTo(new SampleCount.Counted(6));
        assertThat(PayloadDecoder.countSamples(new AudioFormat(Codec.PCM_S16LE, 8_000), new byte[7]))
                .isEqualTo(new SampleCount.Undecodable(
                        "payload of 7 bytes ends with half a sample; PCM_S16LE has 2 bytes a sample"));
        assertThatThrownBy(() -> PayloadDecoder.decodePcm(Codec.OPUS, new byte[2], 0, 1, new float[1], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Random packets of sound structure: never an exception, always the number of samples that was counted.
    @Test
    void shouldSurviveRandomOpusPackets() {
        Random random = new Random(11);
        int sound = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] packet = new byte[1 + random.nextInt(60)];
            random.nextBytes(packet);
            int samples = OpusPacketDecoder.countSamples(packet, 0, packet.length);
            if (samples < 0) {
                continue;
            }
            sound++;
            float[] target = new float[samples + 2];
            Arrays.fill(target, 9);
            new OpusPacketDecoder().decode(packet, 0, packet.length, target, 1);
            assertThat(target[0]).isEqualTo(9);
            assertThat(target[samples + 1]).isEqualTo(9);
            for (int j = 1; j <= samples; j++) {
                assertThat(target[j]).isBetween(-1f, 1f);
            }
        }
        assertThat(sound).isGreaterThan(1_000);
    }

    /// The last of these packets makes the library's own assertions fail, which it throws as an error.
    @Test
    void shouldSurviveAPacketThatTheLibraryAssertsAgainst() {
        Random random = new Random(2);
        int[] configurations = {1, 3, 9, 11, 12, 15, 19, 27};
        OpusPacketDecoder decoder = new OpusPacketDecoder();
        float[] target = new float[OpusPacketDecoder.RATE_HZ];
        for (int i = 0; i < 900; i++) {
            byte[] packet = new byte[20 + random.nextInt(60)];
            random.nextBytes(packet);
            packet[0] = (byte) (configurations[random.nextInt(configurations.length)] << 3);
            decoder.decode(packet, 0, packet.length, target, 0);
        }
        assertThat(target).doesNotContain(Float.NaN);
    }
}

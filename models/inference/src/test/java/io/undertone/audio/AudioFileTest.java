package io.undertone.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioFileTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "wav-u8.wav, 30",
        "wav-s24-extensible.wav, 120",
        "wav-s32-extensible.wav, 120",
        "wav-f32.wav, 120",
        "wav-alaw.wav, 30",
        "wav-mulaw.wav, 30"
    })
    void shouldReadTheSameSignalFromEveryEncodingOfWav(String name, double minSnrDb) {
        Waveform expected = single("wav-s16.wav");
        Waveform actual = single(name);
        assertThat(actual.sampleRateHz()).isEqualTo(8_000);
        assertThat(actual.length()).isEqualTo(expected.length()).isEqualTo(2_000);
        assertThat(Vectors.snrDb(expected.toArray(), actual.toArray())).isGreaterThan(minSnrDb);
    }

    @Test
    void shouldGiveOneWaveformForEachChannelOfAWavFile() {
        List<Waveform> channels = AudioFile.read(Vectors.file("wav-stereo.wav"));
        assertThat(channels).hasSize(2).allSatisfy(w -> assertThat(w.length()).isEqualTo(2_000));
        assertThat(Vectors.snrDb(
                        single("wav-s16.wav").toArray(), channels.getFirst().toArray()))
                .isGreaterThan(60);
        assertThat(rms(channels.get(1))).isBetween(0.17, 0.18); // a sine of 0.25
    }

    /// The decoder is a fixed-point port: it cannot equal libopus' floating point bit by bit.
    @Test
    void shouldDecodeOggOpusAsLibopusDoes() {
        Waveform actual = single("speech.opus");
        float[] expected = Vectors.s16("speech-libopus.s16");
        assertThat(actual.sampleRateHz()).isEqualTo(48_000);
        assertThat(actual.length()).isEqualTo(expected.length).isEqualTo(12_000);
        assertThat(Vectors.snrDb(expected, actual.toArray())).isGreaterThan(45);
    }

    @Test
    void shouldGiveOneWaveformForEachChannelOfAnOpusFile() {
        List<Waveform> channels = AudioFile.read(Vectors.file("stereo.opus"));
        float[] interleaved = Vectors.s16("stereo-libopus.s16");
        assertThat(channels).hasSize(2);
        for (int channel = 0; channel < 2; channel++) {
            float[] expected = new float[interleaved.length / 2];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = interleaved[2 * i + channel];
            }
            assertThat(Vectors.snrDb(expected, channels.get(channel).slice(0, expected.length)))
                    .isGreaterThan(45);
        }
    }

    @Test
    void shouldApplyTheOutputGainOfOpus() throws IOException {
        byte[] louder = Vectors.bytes("speech.opus");
        int head = indexOf(louder, "OpusHead");
        louder[head + 17] = -6; // -6 dB, in Q7.8; the library does not insist on the page's checksum
        Waveform quiet = AudioFile.read(write("gain.opus", louder)).getFirst();
        assertThat(rms(quiet) / rms(single("speech.opus"))).isBetween(0.500, 0.502);
    }

    @Test
    void shouldDecodeAlikeFromManyThreads() throws Exception {
        float[] expected = single("speech.opus").toArray();
        Callable<float[]> read = () -> single("speech.opus").toArray();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<float[]> result : threads.invokeAll(java.util.Collections.nCopies(24, read))) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldReadAWavFileWhoseWriterCouldNotSeekBack() throws IOException {
        byte[] streamed = Vectors.bytes("wav-s16.wav");
        int size = indexOf(streamed, "data") + 4;
        Arrays.fill(streamed, size, size + 4, (byte) 0xff);
        assertThat(AudioFile.read(write("pipe.wav", streamed)).getFirst().length())
                .isEqualTo(2_000);
    }

    @Test
    void shouldSayThatAWavFileIsCutShort() throws IOException {
        Path cut = write("cut.wav", Arrays.copyOf(Vectors.bytes("wav-s16.wav"), 1_044));
        assertThatThrownBy(() -> AudioFile.read(cut))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(cut + " cannot be read as audio: it is cut short: its 'data' chunk should have 4000 bytes,"
                        + " the file has 1000");
    }

    @ParameterizedTest
    @CsvSource({
        "'', empty",
        "'hello, this is a note', text",
        "'ID3\u0004', MP3",
        "'fLaC\u0000', FLAC",
        "'\u0000\u0001\u0002\u0003', 'unknown kind (first bytes 00 01 02 03)'"
    })
    void shouldSayWhatAFileIsInsteadOfAudio(String content, String expected) throws IOException {
        Path file = write("call.wav", content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> AudioFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(expected)
                .hasMessageContaining("expected WAV or Ogg Opus");
    }

    @Test
    void shouldNameAMissingFileAndAFolder() {
        Path missing = folder.resolve("missing.wav");
        assertThatThrownBy(() -> AudioFile.read(missing))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(missing + " does not exist; expected a WAV or Ogg Opus file");
        assertThatThrownBy(() -> AudioFile.read(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is a folder");
    }

    /// Whatever is broken, it is said as bad input, never as an internal error.
    @ParameterizedTest
    @ValueSource(strings = {"wav-s16.wav", "wav-s24-extensible.wav", "wav-stereo.wav", "speech.opus", "stereo.opus"})
    void shouldSurviveDamagedFiles(String name) throws IOException {
        byte[] good = Vectors.bytes(name);
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 60; i++) {
            byte[] bad = Arrays.copyOf(good, i % 2 == 0 ? good.length : random.nextInt(good.length));
            for (int j = 0; j < 4; j++) {
                bad[random.nextInt(Math.max(1, Math.min(bad.length, j < 2 ? 64 : bad.length)))] =
                        (byte) random.nextInt();
            }
            Path file = write("damaged", bad);
            try {
                assertThat(AudioFile.read(file)).isNotEmpty();
            } catch (InvalidInputException e) {
                assertThat(e).hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void shouldNameChannels() {
        assertThat(AudioFile.channelName(0, 1)).isEqualTo("mono");
        assertThat(AudioFile.channelName(0, 2)).isEqualTo("left");
        assertThat(AudioFile.channelName(1, 2)).isEqualTo("right");
        assertThat(AudioFile.channelName(3, 4)).isEqualTo("4");
    }

    private static Waveform single(String name) {
        List<Waveform> channels = AudioFile.read(Vectors.file(name));
        assertThat(channels).hasSize(1);
        return channels.getFirst();
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static double rms(Waveform waveform) {
        double sum = 0;
        for (float sample : waveform.toArray()) {
            sum += sample * (double) sample;
        }
        return Math.sqrt(sum / waveform.length());
    }
}

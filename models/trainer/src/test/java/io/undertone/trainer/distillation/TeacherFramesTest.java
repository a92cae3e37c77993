package io.undertone.trainer.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.Progress;
import io.undertone.trainer.SyntheticVoices;
import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.CorpusFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherFramesTest {

    private static final List<String> CLIPS = List.of("a/first.wav", "a/second.wav");

    @TempDir
    Path folder;

    private AudioCache audio;
    private Path teacher;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        Files.write(folder.resolve("a/first.wav"), SyntheticVoices.wav(1, 32_000));
        Files.write(folder.resolve("a/second.wav"), SyntheticVoices.wav(2, 48_000));
        CorpusFiles files = CorpusFiles.open(folder, List.of("a"), folder.resolve("cache"));
        audio = AudioCache.open(files, CLIPS, folder.resolve("cache"), Progress.NONE);
        teacher = folder.resolve("teacher.onnx");
        Files.write(teacher, TinyTeacher.onnx());
    }

    /// The tiny teacher's frames are the means of 160 samples, and twice that.
    @Test
    void shouldGiveTheStandardisedFramesAroundASample() {
        TeacherFrames frames = open(List.of(TinyTeacher.INNER));
        assertThat(frames.dim()).isEqualTo(2);
        double[][] means = {means("a/first.wav"), means("a/second.wav")};
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (double[] clip : means) {
            for (double value : clip) {
                sum += value;
                squares += value * value;
                count++;
            }
        }
        double mean = sum / count;
        double deviation = Math.sqrt(squares / count - mean * mean);
        for (int frame : new int[] {1, 7, 150, 298}) {
            float[] at = new float[4];
            frames.at("a/second.wav", 80 + 160.0 * frame, at, 1, 2);
            double wanted = (means[1][frame - 1] + means[1][frame] + means[1][frame + 1]) / 3;
            assertThat(at[1]).isCloseTo((float) ((wanted - mean) / deviation), within(0.02f)); // 16-bit floats
            assertThat(at[3]).isCloseTo(at[1], within(0.02f)); // twice the value, standardised
            assertThat(at[0]).isZero();
        }
    }

    @Test
    void shouldKeepToTheClipAtItsEnds() {
        TeacherFrames frames = open(List.of(TinyTeacher.INNER));
        float[] before = new float[2];
        float[] first = new float[2];
        frames.at("a/first.wav", -500, before, 0, 1);
        frames.at("a/first.wav", 80 + 160, first, 0, 1);
        assertThat(before).isEqualTo(first);
    }

    @Test
    void shouldLayTensorsSideBySideAndFindThemInTheCacheAgain() throws IOException {
        TeacherFrames both = open(List.of(TinyTeacher.INNER, TinyTeacher.OUTPUT));
        assertThat(both.dim()).isEqualTo(4);
        float[] computed = new float[4];
        both.at("a/first.wav", 8_000, computed, 0, 1);
        float[] kept = new float[4];
        open(List.of(TinyTeacher.INNER, TinyTeacher.OUTPUT)).at("a/first.wav", 8_000, kept, 0, 1);
        assertThat(kept).isEqualTo(computed);
        try (var entries = Files.list(folder.resolve("cache"))) {
            assertThat(entries.filter(path -> path.getFileName().toString().startsWith("teacher-")))
                    .hasSize(1);
        }
    }

    @Test
    void shouldNameATensorThatTheTeacherLacks() {
        assertThatThrownBy(() -> open(List.of("/layers.9/out")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no tensor '/layers.9/out'")
                .hasMessageContaining(TinyTeacher.OUTPUT);
    }

    @Test
    void shouldSayThatTheTeacherIsNotThere() throws IOException {
        Files.delete(teacher);
        assertThatThrownBy(() -> open(List.of(TinyTeacher.INNER)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("teacher.onnx cannot be read; is it there?");
    }

    private TeacherFrames open(List<String> outputs) {
        DistillationSpec spec = new DistillationSpec("tests", teacher.toString(), outputs, 160, 80, 0.05, 1);
        return TeacherFrames.open(spec, CLIPS, audio, folder.resolve("cache"), Progress.NONE);
    }

    /// By the definition: the clip at the wanted loudness, averaged over 160 samples.
    private double[] means(String path) {
        float[] samples = audio.read(path, 0, audio.length(path));
        double power = 0;
        for (float sample : samples) {
            power += (double) sample * sample;
        }
        double gain = 0.05 / Math.sqrt(power / samples.length);
        double[] means = new double[samples.length / 160];
        for (int i = 0; i < means.length * 160; i++) {
            means[i / 160] += gain * samples[i] / 160;
        }
        return means;
    }
}

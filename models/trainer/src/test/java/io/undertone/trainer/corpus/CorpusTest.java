package io.undertone.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.audio.Waveform;
import io.undertone.trainer.Progress;
import io.undertone.trainer.SyntheticVoices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {

    private static final String HEADER = "path,corpus,speaker,emotion,intensity,valence,arousal,caption\n";

    @TempDir
    Path folder;

    @Test
    void shouldReadLabelsWithCategoriesRatingsAndCaptions() throws IOException {
        labels("a/1.wav,a,s1,Happy,strong,,,\na/2.wav,a,s2,,,0.5,-0.25,\"slow, and warm\"\n");
        List<Clip> clips = LabelsFile.read(folder);
        assertThat(clips.get(0).emotion()).isEqualTo("happiness");
        assertThat(clips.get(1).rated()).isEqualTo(new Place(0.5, -0.25));
        assertThat(clips.get(1).caption()).isEqualTo("slow, and warm");
        assertThat(Corpus.place(clips.get(1))).isEqualTo(new Place(0.5, -0.25));
    }

    @Test
    void shouldTakeEachDimensionFromWhereItIsKnown() throws IOException {
        labels("a/1.wav,a,s1,anger,,0.5,,\na/2.wav,a,s1,,,,-0.25,\na/3.wav,a,s1,peckish,,0.1,,\n");
        List<Clip> clips = LabelsFile.read(folder);
        Affect anger = EmotionTable.place("anger", "").orElseThrow();
        assertThat(Corpus.place(clips.get(0))).isEqualTo(new Place(0.5, anger.arousal()));
        assertThat(Corpus.place(clips.get(1))).isEqualTo(new Place(Double.NaN, -0.25));
        assertThat(Corpus.place(clips.get(2))).isEqualTo(new Place(0.1, Double.NaN)); // a category that has no place
    }

    @Test
    void shouldNameFileLineColumnAndValueOfAnImpossibleRating() throws IOException {
        refused("a/0.wav,a,s1,anger,,,,\"two\nlines\"\na/1.wav,a,s1,,,3,0,\n", "line 4: valence", "'3'");
        refused("a/1.wav,a,s1,,,0,loud,\n", "line 2: arousal must be a number in [-1, 1], or empty: 'loud'");
        refused("a/1.wav,a,s1,,,NaN,,\n", "line 2: valence", "'NaN'");
        refused("a/1.wav,a,s1,,,,,quiet\n", "line 2 must have an emotion, valence or arousal");
    }

    private void refused(String rows, String... wanted) throws IOException {
        labels(rows);
        assertThatThrownBy(() -> LabelsFile.read(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(folder.resolve("labels.csv").toString())
                .satisfies(e -> assertThat(e.getMessage()).contains(wanted));
    }

    @Test
    void shouldSayWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> LabelsFile.read(folder)).hasMessageContaining("no labels at");
        labels("a/1.wav,a,s1,anger,,,,\n");
        assertThatThrownBy(() -> open(List.of("b"))).hasMessageContaining("corpus 'b' has no clip");
        assertThatThrownBy(() -> open(List.of("a"))).hasMessageContaining("neither the folder");
    }

    @Test
    void shouldNameAllUnknownEmotionsAndThoseThatItKnows() throws IOException {
        labels("""
            a/1.wav,a,s1,flabbergasted,,,,
            a/2.wav,a,s1,flabbergasted,,,,
            a/3.wav,a,s1,Hangry,,,,
            a/4.wav,a,s1,peckish,,0.1,0.2,
            b/1.wav,b,s2,puzzled-ish,,,,
            """);
        assertThatThrownBy(() -> open(List.of("a")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("an emotion of [")
                .hasMessageContaining("sadness")
                .hasMessageEndingWith("in how many rows: {flabbergasted=2, hangry=1}");
    }

    @Test
    void shouldReadTheSameFromAFolderAndFromATarFile() throws IOException {
        byte[] wav = SyntheticVoices.wav(1, 16_000);
        labels("a/1.wav,a,s1,anger,,,,\n");
        Files.createDirectories(folder.resolve("a"));
        Files.write(folder.resolve("a/1.wav"), wav);
        float[] fromFolder = open(List.of("a")).audio().read("a/1.wav", 0, 16_000);
        Files.delete(folder.resolve("a/1.wav"));
        Files.delete(folder.resolve("a"));
        Files.write(folder.resolve("a.tar"), tar("a/1.wav", wav));
        assertThat(open(List.of("a")).audio().read("a/1.wav", 0, 16_000)).isEqualTo(fromFolder);
    }

    @Test
    void shouldLeaveOutWhatCannotBeReadAndWhatIsThereTwice() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        byte[] voice = SyntheticVoices.wav(1, 16_000);
        byte[] other = SyntheticVoices.wav(2, 16_000);
        Map<String, byte[]> files = new HashMap<>();
        files.put("1.wav", voice);
        files.put("2.wav", voice);
        files.put("3.wav", other);
        files.put("4.wav", other);
        files.put("5.wav", "not audio".getBytes(StandardCharsets.UTF_8));
        files.put("6.wav", SyntheticVoices.wav(3, 800));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve("a").resolve(file.getKey()), file.getValue());
        }
        labels("""
            a/1.wav,a,s1,anger,,,,
            a/2.wav,a,s2,anger,,,,
            a/3.wav,a,s1,anger,,,,
            a/4.wav,a,s2,calm,,,,
            a/5.wav,a,s1,calm,,,,
            a/6.wav,a,s1,calm,,,,
            """);
        assertThat(open(List.of("a")).clips()).extracting(Clip::path).containsExactly("a/1.wav");
    }

    @Test
    void shouldRefuseATarThatLeavesItsFolder() throws IOException {
        Files.write(folder.resolve("a.tar"), tar("../evil.txt", new byte[3]));
        assertThatThrownBy(() -> CorpusFiles.open(folder, List.of("a"), folder.resolve("cache")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("../evil.txt");
        assertThat(folder.resolve("evil.txt")).doesNotExist();
    }

    @Test
    void shouldDealSpeakersOutToOneSideEach() {
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clips.add(clip("a/" + i, "a", "s" + i % 20, "anger"));
            clips.add(clip("b/" + i, "b", "t" + i % 3, "calm"));
        }
        Split split = Split.bySpeaker(clips, 0.15, 0.2, 7);
        List<String> all = Stream.of(split.train(), split.calibration(), split.test())
                .flatMap(List::stream)
                .toList();
        assertThat(all).hasSize(23).doesNotHaveDuplicates();
        assertThat(split.test()).hasSize(5).anyMatch(speaker -> speaker.startsWith("t"));
        assertThat(split.calibration()).hasSize(4).anyMatch(speaker -> speaker.startsWith("t"));
        assertThat(Split.bySpeaker(clips, 0.15, 0.2, 7)).isEqualTo(split);
        assertThat(Split.bySpeaker(clips, 0.15, 0.2, 8)).isNotEqualTo(split);
    }

    @Test
    void shouldRefuseAnIdThatMeansTwoPeople() {
        List<Clip> clips = List.of(clip("a/1", "a", "s1", "anger"), clip("b/1", "b", "s1", "calm"));
        assertThatThrownBy(() -> Split.bySpeaker(clips, 0.15, 0.2, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the speaker 's1' must not stand in two corpora: 'a' and 'b'");
    }

    @Test
    void shouldDrawCorporaByWeightAndClassesEvenly() {
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            clips.add(clip("a/" + i, "a", "s1", i < 80 ? "anger" : "calm"));
        }
        clips.add(clip("b/0", "b", "t1", "calm"));
        Sampler sampler = new Sampler(clips, Map.of("a", 3.0, "b", 1.0));
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 8_000; i++) {
            Clip clip = clips.get(sampler.draw(random));
            counts.merge(clip.corpus() + " " + clip.emotion(), 1, Integer::sum);
        }
        assertThat(counts.get("b calm")).isCloseTo(2_000, within(150));
        assertThat(counts.get("a calm")).isCloseTo(3_000, within(150));
    }

    @Test
    void shouldNotDrawTheSameClipsInEveryBatch() {
        // Raw seeds a constant apart once gave overlapping streams: the model learned some dozen clips by heart.
        List<List<Integer>> batches = IntStream.range(0, 20)
                .mapToObj(batch -> {
                    SplittableRandom random = BatchLoader.generator(5, batch);
                    return IntStream.range(0, 50)
                            .map(_ -> random.nextInt(1_000))
                            .boxed()
                            .toList();
                })
                .toList();
        assertThat(batches.stream().flatMap(List::stream).distinct().count()).isGreaterThan(550);
    }

    @Test
    void shouldMoveAnIntensityAwayFromNeutral() {
        Affect neutral = EmotionTable.place("neutral", "normal").orElseThrow();
        Affect weak = EmotionTable.place("anger", "normal").orElseThrow();
        Affect strong = EmotionTable.place("anger", "strong").orElseThrow();
        assertThat(strong.distance(neutral)).isGreaterThan(weak.distance(neutral));
        assertThat(EmotionTable.place("flabbergasted", "")).isEmpty();
    }

    @Test
    void shouldResampleASineToItself() {
        for (int rate : new int[] {8_000, 22_050, 48_000}) {
            float[] sine = new float[rate];
            for (int i = 0; i < rate; i++) {
                sine[i] = (float) Math.sin(2 * Math.PI * 440 * i / rate);
            }
            float[] out = Resampling.to(Waveform.of(sine, rate), 16_000).toArray();
            assertThat(out).hasSize(16_000);
            for (int i = 1_000; i < 15_000; i++) {
                assertThat(out[i]).isCloseTo((float) Math.sin(2 * Math.PI * 440 * i / 16_000), within(2e-3f));
            }
        }
    }

    private Corpus open(List<String> names) {
        return Corpus.open(folder, names, "", 1_000, 1, folder.resolve("cache"), Progress.NONE);
    }

    private void labels(String rows) throws IOException {
        Files.writeString(folder.resolve("labels.csv"), HEADER + rows);
    }

    private static Clip clip(String path, String corpus, String speaker, String emotion) {
        return new Clip(path, corpus, speaker, "", emotion, "", Place.UNKNOWN, null);
    }

    private static byte[] tar(String name, byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, String.format("%011o", body.length));
        header[156] = '0';
        put(header, 257, "ustar");
        out.write(header);
        out.write(body);
        out.write(new byte[(512 - body.length % 512) % 512 + 1024]);
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}

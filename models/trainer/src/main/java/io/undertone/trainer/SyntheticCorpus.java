package io.undertone.trainer;

import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.EmotionTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// A corpus of [SyntheticVoice]s on disk, `labels.csv` and WAV files: made in a second, and nobody's voice. For
/// the tests and the tiny bundle.
final class SyntheticCorpus {

    /// Name of the corpus in `labels.csv`.
    static final String NAME = "synthetic";

    private static final List<String> EMOTIONS = List.of("anger", "calm", "happiness", "neutral", "sadness");
    private static final int SAMPLE_RATE_HZ = 16_000;

    private static final String HEADER = "path,corpus,speaker,gender,emotion,intensity,valence,arousal,language,text";

    /// What the labels of a corpus say. Ratings are those of the voice.
    enum Labels {
        CATEGORY,
        VALENCE_AND_AROUSAL,
        AROUSAL;

        /// Columns `emotion` to `arousal`.
        private String of(String emotion, Affect place) {
            return switch (this) {
                case CATEGORY -> emotion + ",,,";
                case VALENCE_AND_AROUSAL -> String.format(Locale.ROOT, ",,%.2f,%.2f", place.valence(), place.arousal());
                case AROUSAL -> String.format(Locale.ROOT, ",,,%.2f", place.arousal());
            };
        }
    }

    private SyntheticCorpus() {}

    /// Writes `speakers * 5 * clipsEach` clips of one to three seconds under `root`, labelled by category.
    static void write(Path root, int speakers, int clipsEach, long seed) throws IOException {
        Files.createDirectories(root);
        Files.write(root.resolve("labels.csv"), List.of(HEADER));
        add(root, NAME, Labels.CATEGORY, speakers, clipsEach, seed);
    }

    /// Adds a corpus of the same size to those under `root`.
    static void add(Path root, String name, Labels labels, int speakers, int clipsEach, long seed) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        SplittableRandom random = new SplittableRandom(seed);
        List<String> rows = new ArrayList<>();
        for (int speaker = 0; speaker < speakers; speaker++) {
            double pitchHz = 90 + 140 * random.nextDouble();
            for (String emotion : EMOTIONS) {
                Affect place = EmotionTable.place(emotion, "").orElseThrow();
                for (int clip = 0; clip < clipsEach; clip++) {
                    String file = String.format("s%02d-%s-%d.wav", speaker, emotion, clip);
                    int samples = SAMPLE_RATE_HZ + random.nextInt(2 * SAMPLE_RATE_HZ);
                    Files.write(folder.resolve(file), wav(SyntheticVoice.speak(place, pitchHz, samples, random)));
                    String id = (name.equals(NAME) ? "" : name + "-") + "speaker-" + speaker;
                    rows.add(name + "/" + file + "," + name + "," + id + ",," + labels.of(emotion, place) + ",,");
                }
            }
        }
        Files.write(root.resolve("labels.csv"), rows, StandardOpenOption.APPEND);
    }

    /// RIFF/WAVE, 16 bits, mono.
    static byte[] wav(float[] samples) {
        int bytes = samples.length * Short.BYTES;
        ByteBuffer out = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
        out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1);
        out.putInt(SAMPLE_RATE_HZ)
                .putInt(SAMPLE_RATE_HZ * 2)
                .putShort((short) 2)
                .putShort((short) 16);
        out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
        for (float sample : samples) {
            out.putShort((short) Math.round(sample * 32767));
        }
        return out.array();
    }
}

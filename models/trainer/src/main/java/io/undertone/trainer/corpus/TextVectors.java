package io.undertone.trainer.corpus;

import io.undertone.model.SentenceEncoder;
import io.undertone.trainer.Progress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sentence vectors of texts, computed once for each set of distinct texts and kept under the cache folder.
/// Immutable.
public final class TextVectors {

    private static final int BATCH = 32;

    private final Map<String, float[]> vectors;

    private TextVectors(Map<String, float[]> vectors) {
        this.vectors = vectors;
    }

    /// @param texts distinct
    public static TextVectors of(List<String> texts, Path cacheFolder, Progress progress) {
        var digest = CorpusFiles.sha256();
        for (String text : texts) {
            digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Path file = cacheFolder.resolve("text-" + HexFormat.of().formatHex(digest.digest(), 0, 8));
        try {
            Files.createDirectories(cacheFolder);
            if (!Files.exists(file)) {
                write(file, texts, encode(texts, progress));
            }
            return new TextVectors(read(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the cache of text vectors " + file + " cannot be used", e);
        }
    }

    private static List<float[]> encode(List<String> texts, Progress progress) {
        List<float[]> all = new ArrayList<>();
        try (SentenceEncoder encoder = SentenceEncoder.open();
                var step = progress.start("captions", texts.size())) {
            for (int from = 0; from < texts.size(); from += BATCH) {
                all.addAll(encoder.encode(texts.subList(from, Math.min(texts.size(), from + BATCH))));
                step.at().accept(all.size());
            }
        }
        return all;
    }

    /// `[384]`, not to be changed.
    public float[] get(String text) {
        float[] vector = vectors.get(text);
        if (vector == null) {
            throw new IllegalArgumentException("no vector was computed for this text: " + text);
        }
        return vector;
    }

    private static void write(Path file, List<String> texts, List<float[]> vectors) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(texts.size());
            for (int i = 0; i < texts.size(); i++) {
                out.writeUTF(texts.get(i));
                out.writeInt(vectors.get(i).length);
                for (float value : vectors.get(i)) {
                    out.writeFloat(value);
                }
            }
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<String, float[]> read(Path file) throws IOException {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String text = in.readUTF();
                float[] vector = new float[in.readInt()];
                for (int k = 0; k < vector.length; k++) {
                    vector[k] = in.readFloat();
                }
                vectors.put(text, vector);
            }
        }
        return vectors;
    }
}

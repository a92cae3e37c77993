package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/// `golden.json`: one window with what the bundle's maker got for it. Replaying it proves that file, runtime and device
/// together compute what was trained.
///
/// @param samples base64 of int16 little-endian, `[windowSamples]`
/// @param embedding `[dim]`, unit length
/// @param ranking the default prompts, most similar first
/// @param tolerance absolute, of every number, at most [#MAX_TOLERANCE]
record GoldenWindow(
        String samples,
        List<Double> embedding,
        double valence,
        double arousal,
        List<GoldenRank> ranking,
        double tolerance) {

    /// A wider tolerance would let another model pass.
    static final double MAX_TOLERANCE = 0.01;

    /// What makers write: processors and kernels were seen to differ by some 1e-6.
    static final double DEFAULT_TOLERANCE = 1e-3;

    /// Of an encoder that computes in float16, after the file was proven in float32: rounding was seen to move numbers
    /// by 0.003, sums of a CPU's halves by 0.008, and what overflows or drowns moves them by more than this.
    static final double FLOAT16_TOLERANCE = 0.02;

    /// `similarity`, `strength` and `probability` of one default prompt.
    record GoldenRank(String id, double similarity, double strength, double probability) {}

    GoldenWindow {
        if (!(tolerance > 0 && tolerance <= MAX_TOLERANCE)) {
            throw new IllegalArgumentException("tolerance must be in (0, " + MAX_TOLERANCE + "]: " + tolerance);
        }
        embedding = List.copyOf(embedding);
        ranking = List.copyOf(ranking);
    }

    /// Computes what is to be replayed later.
    ///
    /// @param samples `[windowSamples]`
    /// @param temperature of the probabilities
    static GoldenWindow compute(
            short[] samples, AudioEncoder audio, TextEncoder text, List<BundlePrompt> prompts, double temperature) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(samples);
        Encoding encoding = audio.encode(List.of(window(samples))).getFirst();
        List<Double> embedding = new ArrayList<>();
        for (float value : encoding.embedding().toArray()) {
            embedding.add((double) value);
        }
        return new GoldenWindow(
                Base64.getEncoder().encodeToString(bytes.array()),
                embedding,
                encoding.valence(),
                encoding.arousal(),
                ranking(encoding.embedding(), text, prompts, temperature),
                DEFAULT_TOLERANCE);
    }

    /// The same with the probabilities that another temperature gives.
    GoldenWindow at(double temperature) {
        double[] similarities =
                ranking.stream().mapToDouble(GoldenRank::similarity).toArray();
        double[] probabilities = Softmax.of(similarities, temperature);
        List<GoldenRank> ranks = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            GoldenRank rank = ranking.get(i);
            ranks.add(new GoldenRank(rank.id(), rank.similarity(), rank.strength(), probabilities[i]));
        }
        return new GoldenWindow(samples, embedding, valence, arousal, ranks, tolerance);
    }

    /// @param file for the error
    /// @throws InvalidInputException with the number that differs
    void replay(Path file, AudioEncoder audio, TextEncoder text, List<BundlePrompt> prompts, BundleManifest manifest) {
        Encoding encoding = replayAudio(file, audio, manifest, Precision.FLOAT32);
        List<GoldenRank> found = ranking(encoding.embedding(), text, prompts, manifest.probabilityTemperature());
        if (found.size() != ranking.size()) {
            throw new InvalidInputException(file + ": ranking must hold the " + found.size()
                    + " default prompts of the manifest: " + ranking.size());
        }
        for (GoldenRank expected : ranking) {
            GoldenRank computed = found.stream()
                    .filter(rank -> rank.id().equals(expected.id()))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException(
                            file + ": ranking names the prompt '" + expected.id() + "', which the manifest lacks"));
            String prompt = "' of prompt '" + expected.id() + "'";
            compare(file, "similarity" + prompt, expected.similarity(), computed.similarity());
            compare(file, "strength" + prompt, expected.strength(), computed.strength());
            compare(file, "probability" + prompt, expected.probability(), computed.probability());
        }
    }

    /// The audio half: also asked of another device or precision before it is used.
    Encoding replayAudio(Path file, AudioEncoder audio, BundleManifest manifest, Precision precision) {
        Encoding encoding =
                audio.encode(List.of(window(decoded(file, manifest)))).getFirst();
        float[] values = encoding.embedding().toArray();
        if (values.length != embedding.size()) {
            throw new InvalidInputException(
                    file + ": embedding must have " + values.length + " values: " + embedding.size());
        }
        for (int i = 0; i < values.length; i++) {
            compare(file, "embedding[" + i + "]", embedding.get(i), values[i], precision);
        }
        compare(file, "valence", valence, encoding.valence(), precision);
        compare(file, "arousal", arousal, encoding.arousal(), precision);
        return encoding;
    }

    /// The bundle's speech detector; on the CPU, as everywhere.
    void replaySpeech(Path file, OnnxSpeechDetector detector, BundleManifest manifest) {
        double expected = manifest.speechDetector().orElseThrow().golden();
        compare(file, "mean probability of speech", expected, meanSpeech(file, detector, manifest));
    }

    double meanSpeech(Path file, OnnxSpeechDetector detector, BundleManifest manifest) {
        return detector.meanProbabilities(List.of(window(decoded(file, manifest))))[0];
    }

    private void compare(Path file, String what, double expected, double computed) {
        compare(file, what, expected, computed, Precision.FLOAT32);
    }

    private void compare(Path file, String what, double expected, double computed, Precision precision) {
        boolean half = precision == Precision.FLOAT16;
        double allowed = half ? Math.max(tolerance, FLOAT16_TOLERANCE) : tolerance;
        if (!(Math.abs(expected - computed) <= allowed)) {
            throw new InvalidInputException("the bundle does not compute what its maker got"
                    + (half ? " in float16" : "")
                    + ": '" + what + "' of " + file + " is " + expected + ", computed is " + computed + " (tolerance "
                    + allowed + ")");
        }
    }

    private short[] decoded(Path file, BundleManifest manifest) {
        int windowSamples = manifest.window().windowSamples();
        try {
            byte[] bytes = Base64.getDecoder().decode(samples);
            if (bytes.length != windowSamples * Short.BYTES) {
                throw new InvalidInputException(
                        file + ": samples must hold " + windowSamples + " int16 values: " + bytes.length + " bytes");
            }
            short[] pcm = new short[windowSamples];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(pcm);
            return pcm;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(file + ": samples is not base64: " + e.getMessage(), e);
        }
    }

    private static Window window(short[] pcm) {
        float[] floats = new float[pcm.length];
        for (int i = 0; i < pcm.length; i++) {
            floats[i] = pcm[i] / 32768f;
        }
        return Window.of(0, floats, new WindowQuality(1, 1, 0, false));
    }

    private static List<GoldenRank> ranking(
            Embedding audio, TextEncoder text, List<BundlePrompt> prompts, double temperature) {
        List<Embedding> texts =
                text.encode(prompts.stream().map(BundlePrompt::text).toList());
        double[] similarities = texts.stream().mapToDouble(audio::cosine).toArray();
        double[] probabilities = Softmax.of(similarities, temperature);
        List<GoldenRank> ranks = new ArrayList<>();
        for (int i = 0; i < similarities.length; i++) {
            double strength = text.calibration().strengthCurve(texts.get(i)).at(similarities[i]);
            ranks.add(new GoldenRank(prompts.get(i).id(), similarities[i], strength, probabilities[i]));
        }
        ranks.sort(Comparator.comparingDouble(GoldenRank::similarity).reversed());
        return ranks;
    }
}

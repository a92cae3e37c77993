package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Place;
import io.undertone.trainer.corpus.TextVectors;
import io.undertone.trainer.evaluation.Measures;
import io.undertone.trainer.evaluation.PromptMeasures;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How well a run does on speakers that it does not learn from: the first window of some of their clips. Early
/// stopping looks at the calibration speakers so, the report at the test speakers. Owned by the training thread.
final class SpeakerCheck {

    private static final int BATCH = 32;

    private final TrainConfig config;
    private final TrainingData data;
    private final List<Clip> clips;
    private final TextVectors prompts;
    private final Map<String, boolean[]> possible = new TreeMap<>(); // classes of each corpus

    private SpeakerCheck(TrainConfig config, TrainingData data, List<Clip> clips, TextVectors prompts) {
        this.config = config;
        this.data = data;
        this.clips = clips;
        this.prompts = prompts;
        clips.forEach(clip -> possible.computeIfAbsent(clip.corpus(), data::classesOf));
    }

    /// @param all clips of the speakers
    /// @param most clips that are looked at, evenly spaced
    /// @param cache where vectors of the prompts are kept
    static SpeakerCheck create(
            TrainConfig config, TrainingData data, List<Clip> all, int most, Path cache, Progress progress) {
        int count = Math.min(most, all.size());
        List<Clip> some = IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
        TextVectors prompts = TextVectors.of(PromptMeasures.texts(some), cache, progress);
        return new SpeakerCheck(config, data, some, prompts);
    }

    List<Clip> clips() {
        return clips;
    }

    /// Sentence vectors of usual prompts for the clips' categories, in new wordings too, and of the ladders.
    List<float[]> vectors(List<String> texts) {
        return texts.stream().map(prompts::get).toList();
    }

    /// Both supervised heads: tau of valence and arousal, and the recall of the categories of each corpus. The score
    /// is the mean of both taus and the mean recall, as far as there are labels to measure them by.
    Stage.Epoch supervised(Networks networks, NDManager parent) {
        double[] valence = new double[clips.size()];
        double[] arousal = new double[clips.size()];
        int[] found = new int[clips.size()];
        for (int from = 0; from < clips.size(); from += BATCH) {
            int to = Math.min(clips.size(), from + BATCH);
            try (NDManager manager = parent.newSubManager()) {
                DjlOps ops = new DjlOps(networks.weights(), false);
                NDArray features = networks.encoder().apply(ops, windows(from, to, manager));
                float[] affect = Heads.affect(ops, features).toFloatArray();
                float[] logits = Heads.classes(ops, features).toFloatArray();
                for (int i = from; i < to; i++) {
                    valence[i] = affect[2 * (i - from)];
                    arousal[i] = affect[2 * (i - from) + 1];
                    found[i] = best(
                            logits, i - from, possible.getOrDefault(clips.get(i).corpus(), new boolean[0]));
                }
            }
        }
        int[] wanted = clips.stream().mapToInt(data::classOf).toArray();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("valenceTau", tau(valence, Place::valence));
        measures.put("arousalTau", tau(arousal, Place::arousal));
        byCorpus()
                .forEach((corpus, own) -> measures.put(
                        "recall." + corpus,
                        Measures.averageRecall(
                                own.stream().mapToInt(i -> wanted[i]).toArray(),
                                own.stream().mapToInt(i -> found[i]).toArray())));
        return scored(measures);
    }

    private double tau(double[] said, ToDoubleFunction<Place> part) {
        double[] labels = clips.stream()
                .mapToDouble(clip -> part.applyAsDouble(Corpus.place(clip)))
                .toArray();
        return Measures.kendallOfLabelled(said, labels);
    }

    /// Features of the clips as the encoder is now, `[clips][features]`.
    float[][] features(Networks networks, NDManager parent) {
        float[][] features = new float[clips.size()][];
        for (int from = 0; from < clips.size(); from += BATCH) {
            int to = Math.min(clips.size(), from + BATCH);
            try (NDManager manager = parent.newSubManager()) {
                float[] all = networks.encoder()
                        .apply(new DjlOps(networks.weights(), false), windows(from, to, manager))
                        .toFloatArray();
                int size = all.length / (to - from);
                for (int i = from; i < to; i++) {
                    features[i] = Arrays.copyOfRange(all, (i - from) * size, (i - from + 1) * size);
                }
            }
        }
        return features;
    }

    /// What the head of valence and arousal says of features: tau of both, where there are labels to measure it by.
    Map<String, Double> estimates(Networks networks, float[][] features, NDManager parent) {
        float[][] said = Projections.affect(networks, features, parent);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("estimatedValenceTau", tau(column(said, 0), Place::valence));
        measures.put("estimatedArousalTau", tau(column(said, 1), Place::arousal));
        measures.values().removeIf(value -> Double.isNaN(value));
        measures.replaceAll((_, value) -> Math.round(value * 1e4) / 1e4);
        return measures;
    }

    private static double[] column(float[][] rows, int column) {
        return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
    }

    /// Both projections, by prompts alone: tau of the soft ladders of valence and arousal, and zero-shot recall of
    /// each corpus. Scored as above.
    Stage.Epoch aligned(Networks networks, float[][] features, double temperature, NDManager parent) {
        List<Embedding> audio = Projections.audio(networks, features, parent);
        Map<String, Double> measures = new LinkedHashMap<>();
        PromptMeasures all = measure(clips, audio, networks, temperature, parent);
        measures.put("valenceTau", all.softValence());
        measures.put("arousalTau", all.softArousal());
        byCorpus().forEach((corpus, own) -> {
            List<Clip> some = own.stream().map(clips::get).toList();
            List<Embedding> encoded = own.stream().map(audio::get).toList();
            measures.put(
                    "recall." + corpus,
                    measure(some, encoded, networks, temperature, parent).recall());
        });
        return scored(measures);
    }

    private PromptMeasures measure(
            List<Clip> some, List<Embedding> encoded, Networks networks, double temperature, NDManager parent) {
        return PromptMeasures.of(
                some, encoded, texts -> Projections.text(networks, vectors(texts), parent), temperature);
    }

    /// What no clip's label says has no measure, and is not in the mean.
    private static Stage.Epoch scored(Map<String, Double> measures) {
        measures.put("recall", mean(measures, name -> name.startsWith("recall.")));
        measures.values().removeIf(value -> Double.isNaN(value));
        measures.replaceAll((_, value) -> Math.round(value * 1e4) / 1e4);
        double score = mean(measures, Set.of("valenceTau", "arousalTau", "recall")::contains);
        return new Stage.Epoch(score, measures);
    }

    private static double mean(Map<String, Double> measures, Predicate<String> which) {
        return measures.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .average()
                .orElse(Double.NaN);
    }

    private NDArray windows(int from, int to, NDManager manager) {
        int length = config.window().windowSamples();
        float[] waveforms = new float[(to - from) * length];
        for (int i = from; i < to; i++) {
            float[] window = data.corpus().audio().read(clips.get(i).path(), 0, length);
            System.arraycopy(window, 0, waveforms, (i - from) * length, length);
        }
        return manager.create(waveforms, new Shape(to - from, length));
    }

    /// Indexes of the clips with a category, for each corpus that has any.
    private Map<String, List<Integer>> byCorpus() {
        Map<String, List<Integer>> indexes = new TreeMap<>();
        for (int i = 0; i < clips.size(); i++) {
            if (!clips.get(i).emotion().isEmpty()) {
                indexes.computeIfAbsent(clips.get(i).corpus(), _ -> new ArrayList<>())
                        .add(i);
            }
        }
        return indexes;
    }

    private static int best(float[] logits, int row, boolean[] possible) {
        int best = -1;
        for (int c = 0; c < possible.length; c++) {
            int at = row * possible.length + c;
            if (possible[c] && (best < 0 || logits[at] > logits[row * possible.length + best])) {
                best = c;
            }
        }
        return best;
    }
}

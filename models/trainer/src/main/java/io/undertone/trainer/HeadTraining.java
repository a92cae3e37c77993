package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.Comparison.Said;
import io.undertone.trainer.loss.AlignmentLoss;
import io.undertone.trainer.loss.AlignmentLoss.Anchors;
import io.undertone.trainer.loss.AlignmentLoss.Objective;
import io.undertone.trainer.loss.Concordance;
import io.undertone.trainer.loss.LabelDistance;
import io.undertone.trainer.loss.Temperature;
import io.undertone.trainer.loss.Ties;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.HeadAdapter;
import io.undertone.trainer.network.Scalars;
import io.undertone.trainer.network.Weights;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/// Trains a [HeadAdapter] on labelled embeddings: they move towards descriptions of their labels, whose embeddings
/// stay where they are, and valence and arousal towards the labels' places. A record whose label says one dimension
/// alone moves that one, and no embedding: see [AlignmentStage]. Owned by the training thread.
final class HeadTraining {

    /// As stage 2 of a full run, see the configuration `compact.yaml`.
    private static final AlignmentLoss LOSS =
            new AlignmentLoss(Objective.RANK_N_CONTRAST, Anchors.BOTH, LabelDistance.L2, Ties.KEEP, 0.5);

    private static final int BATCH = 256;

    private final RetrainingSpec spec;
    private final List<LabelledEmbedding> records;
    private final List<List<float[]>> captions; // of each record, embedded; none without a place in the plane
    private final int[] classes; // of each record; those without a category have one each
    private final List<Group> groups; // of each category
    private final Temperature temperature;
    private final List<Embedding> references;

    /// @param text the bundle's text encoder
    /// @param references of the bundle's calibration: what it heard before, which is to stay where it is
    HeadTraining(
            RetrainingSpec spec,
            List<LabelledEmbedding> records,
            Function<List<String>, List<Embedding>> text,
            double temperature,
            List<Embedding> references) {
        this.spec = spec;
        this.references = List.copyOf(references);
        this.records = List.copyOf(records);
        this.captions = captions(text);
        this.temperature = new Temperature.Fixed(temperature);
        this.classes = new int[records.size()];
        Map<String, List<Integer>> byCategory = new TreeMap<>();
        for (int i = 0; i < classes.length; i++) {
            byCategory
                    .computeIfAbsent(records.get(i).label().emotion(), _ -> new ArrayList<>())
                    .add(i);
        }
        List<String> names = List.copyOf(byCategory.keySet());
        Arrays.setAll(classes, i -> {
            String emotion = records.get(i).label().emotion();
            return emotion.isEmpty() ? names.size() + i : names.indexOf(emotion);
        });
        this.groups = byCategory.values().stream()
                .map(own -> Group.of(own, this.records))
                .toList();
    }

    private List<List<float[]>> captions(Function<List<String>, List<Embedding>> text) {
        Map<String, List<float[]>> byLabel = new LinkedHashMap<>();
        List<List<float[]>> captions = new ArrayList<>();
        for (LabelledEmbedding labelled : records) {
            Clip label = labelled.label();
            if (!Corpus.place(label).isWhole()) {
                captions.add(List.of());
                continue;
            }
            Affect exact = Corpus.place(label).whole();
            // Ratings nearer than this share their captions, so that there are not as many texts as records.
            Affect place = new Affect(Math.round(exact.valence() * 5) / 5.0, Math.round(exact.arousal() * 5) / 5.0);
            captions.add(byLabel.computeIfAbsent(
                    label.emotion() + "/" + label.intensity() + place,
                    _ -> text
                            .apply(Captions.training(
                                    label.emotion(), label.intensity(), place, spec.captionsPerLabel(), spec.seed()))
                            .stream()
                            .map(Embedding::toArray)
                            .toList()));
        }
        return captions;
    }

    /// Trains weights of [HeadAdapter#addTo].
    void run(Weights weights, NDManager manager, Progress progress) {
        AdamW optimizer = new AdamW(weights, weights.trainableNames(), spec.weightDecay(), 5);
        LearningRate rate = new LearningRate(spec.learningRate(), 0.05, spec.steps());
        SplittableRandom random = new SplittableRandom(spec.seed());
        try (var step = progress.start("heads", spec.steps())) {
            for (int s = 0; s < spec.steps(); s++) {
                gradients(drawn(random), weights, random, manager);
                optimizer.step(rate.at(s));
                step.at().accept(s + 1);
            }
        }
    }

    /// Evenly over categories, within one by weight.
    private int[] drawn(SplittableRandom random) {
        int[] batch = new int[spec.batch()];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = groups.get(random.nextInt(groups.size())).draw(random);
        }
        return batch;
    }

    /// Records of one category.
    ///
    /// @param sums of the weights up to and with each record
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Group(int[] records, double[] sums) {

        static Group of(List<Integer> records, List<LabelledEmbedding> all) {
            double[] sums = new double[records.size()];
            double sum = 0;
            for (int i = 0; i < sums.length; i++) {
                sum += all.get(records.get(i)).weight();
                sums[i] = sum;
            }
            return new Group(records.stream().mapToInt(i -> i).toArray(), sums);
        }

        int draw(SplittableRandom random) {
            int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
            return records[Math.min(records.length - 1, found < 0 ? -found - 1 : found)];
        }
    }

    private void gradients(int[] batch, Weights weights, SplittableRandom random, NDManager parent) {
        int[] placed = Arrays.stream(batch)
                .filter(record -> !captions.get(record).isEmpty())
                .toArray();
        float[][] texts = new float[placed.length][];
        int[] own = new int[placed.length];
        for (int i = 0; i < placed.length; i++) {
            List<float[]> choices = captions.get(placed[i]);
            texts[i] = choices.get(random.nextInt(choices.size()));
            own[i] = classes[placed[i]];
        }
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = new DjlOps(weights, true);
            NDArray embeddings = embeddings(records(batch), manager);
            NDArray affects = affects(records(batch), manager);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                if (placed.length > 1) {
                    NDArray audio = HeadAdapter.embedding(ops, embeddings(records(placed), manager));
                    NDArray similarities = audio.matMul(matrix(texts, manager).transpose());
                    collector.backward(LOSS.of(temperature.logits(similarities), places(placed), own));
                }
                // The losses are computed apart and their gradients add up.
                NDArray concordance = Concordance.loss(HeadAdapter.affect(ops, embeddings, affects), places(batch));
                collector.backward(Scalars.times(concordance, spec.affectWeight()));
                if (spec.keepWeight() > 0) {
                    collector.backward(Scalars.times(moved(ops, kept(manager)), spec.keepWeight()));
                }
            }
        }
    }

    private List<LabelledEmbedding> records(int[] indexes) {
        return Arrays.stream(indexes).mapToObj(records::get).toList();
    }

    /// `[n][2]`, NaN for what a label does not say.
    private double[][] places(int[] indexes) {
        return Arrays.stream(indexes)
                .mapToObj(i -> Corpus.place(records.get(i).label()).toArray())
                .toArray(double[][]::new);
    }

    private NDArray kept(NDManager manager) {
        return matrix(references.stream().map(Embedding::toArray).toArray(float[][]::new), manager);
    }

    /// How far the reference embeddings and what is said of them move: mean squares.
    private static NDArray moved(DjlOps ops, NDArray references) {
        NDArray away = HeadAdapter.embedding(ops, references).sub(references);
        NDArray changed = HeadAdapter.affectChange(ops, references);
        float rows = references.getShape().get(0);
        return Scalars.times(away.mul(away).sum().add(changed.mul(changed).sum()), 1 / rows);
    }

    /// What the encoder with an adapter says of windows.
    static List<Said> said(List<LabelledEmbedding> records, Weights weights, NDManager parent) {
        List<Said> said = new ArrayList<>();
        DjlOps ops = new DjlOps(weights, false);
        for (int from = 0; from < records.size(); from += BATCH) {
            List<LabelledEmbedding> some = records.subList(from, Math.min(records.size(), from + BATCH));
            try (NDManager manager = parent.newSubManager()) {
                NDArray embeddings = embeddings(some, manager);
                float[] changed = HeadAdapter.embedding(ops, embeddings).toFloatArray();
                float[] affects = HeadAdapter.affect(ops, embeddings, affects(some, manager))
                        .toFloatArray();
                int dim = changed.length / some.size();
                for (int i = 0; i < some.size(); i++) {
                    said.add(new Said(
                            Embedding.normalized(Arrays.copyOfRange(changed, i * dim, (i + 1) * dim)),
                            affects[2 * i],
                            affects[2 * i + 1]));
                }
            }
        }
        return said;
    }

    /// The new place of embeddings of which nothing else is known.
    static List<Embedding> changed(List<Embedding> embeddings, Weights weights, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray rows = matrix(embeddings.stream().map(Embedding::toArray).toArray(float[][]::new), manager);
            float[] changed =
                    HeadAdapter.embedding(new DjlOps(weights, false), rows).toFloatArray();
            int dim = changed.length / embeddings.size();
            List<Embedding> moved = new ArrayList<>();
            for (int i = 0; i < embeddings.size(); i++) {
                moved.add(Embedding.normalized(Arrays.copyOfRange(changed, i * dim, (i + 1) * dim)));
            }
            return moved;
        }
    }

    private static NDArray embeddings(List<LabelledEmbedding> records, NDManager manager) {
        return matrix(records.stream().map(one -> one.embedding().toArray()).toArray(float[][]::new), manager);
    }

    private static NDArray affects(List<LabelledEmbedding> records, NDManager manager) {
        return matrix(
                records.stream()
                        .map(one -> new float[] {(float) one.valence(), (float) one.arousal()})
                        .toArray(float[][]::new),
                manager);
    }

    private static NDArray matrix(float[][] rows, NDManager manager) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return manager.create(flat, new Shape(rows.length, rows[0].length));
    }
}

package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.loss.Concordance;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Scalars;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// What stage 1 minimises, and what holds the encoder in the joint stage: categories (cross-entropy over the categories
/// of the clip's own corpus, so that a corpus without a category says nothing about it), valence and arousal
/// (concordance), and what a teacher says of the frames. What a clip's label does not say is left out of the term: a
/// clip without a category has none of the first, one with rated arousal alone half of the second. Each term is the
/// mean over those that have it. Owned by the training thread.
final class SupervisedLoss {

    /// Added to the logits of categories that the clip's corpus does not have.
    private static final float IMPOSSIBLE = -1e4f;

    private final TrainConfig config;
    private final TrainingData data;
    private final Map<String, boolean[]> classesOfCorpus = new LinkedHashMap<>();

    SupervisedLoss(TrainConfig config, TrainingData data) {
        this.config = config;
        this.data = data;
        for (Clip clip : data.train()) {
            classesOfCorpus.computeIfAbsent(clip.corpus(), data::classesOf);
        }
    }

    /// Cross-entropy and concordance of the supervised heads.
    ///
    /// @param features `[batch, features]`; results live in their manager
    /// @param dropout draws what is hidden from the heads
    /// @return a scalar
    NDArray ofHeads(DjlOps ops, NDArray features, Batch batch, SplittableRandom dropout) {
        NDManager manager = features.getManager();
        int size = batch.clips().length;
        Shape ofFeatures = new Shape(size, config.encoder().features());
        NDArray hidden = manager.create(dropoutMask((int) ofFeatures.size(), dropout), ofFeatures);
        NDArray possible = manager.create(possible(batch.clips()), new Shape(size, data.classOutputs()));
        NDArray wanted = manager.create(wanted(batch.clips()), new Shape(size, data.classOutputs()));
        long named = Arrays.stream(batch.clips())
                .filter(clip -> data.isNamed(data.train().get(clip)))
                .count();
        NDArray shown = features.mul(hidden);
        NDArray logits = Heads.classes(ops, shown).add(possible);
        NDArray crossEntropy = Scalars.times(logits.logSoftmax(1).mul(wanted).sum(), -1.0 / Math.max(1, named));
        NDArray concordance = Concordance.loss(Heads.affect(ops, shown), places(batch.clips()));
        return crossEntropy.add(Scalars.times(concordance, config.supervised().affectWeight()));
    }

    /// Adds the mean square of what the teacher's head gets wrong, over the frames that hold speech, by its weight.
    ///
    /// @param frames `[batch, temporal, time]`
    NDArray distilled(DjlOps ops, NDArray frames, Batch batch, NDArray loss) {
        if (batch.teacher().length == 0) {
            return loss;
        }
        NDManager manager = frames.getManager();
        long size = batch.clips().length;
        long time = frames.getShape().get(2);
        NDArray wanted = manager.create(batch.teacher(), new Shape(size, data.teacherDim(), time));
        NDArray heard = manager.create(batch.heard(), new Shape(size, 1, time));
        double count = heard.sum().getFloat() * data.teacherDim();
        NDArray wrong = Heads.distillation(ops, frames).sub(wanted);
        NDArray squares = wrong.mul(wrong).mul(heard).sum();
        return loss.add(Scalars.times(squares, config.distillation().weight() / Math.max(1, count)));
    }

    private float[] dropoutMask(int size, SplittableRandom random) {
        double share = config.supervised().dropout();
        float kept = (float) (1 / (1 - share));
        float[] mask = new float[size];
        for (int i = 0; i < size; i++) {
            mask[i] = random.nextDouble() < share ? 0 : kept;
        }
        return mask;
    }

    private boolean[] classesOf(Clip clip) {
        return classesOfCorpus.getOrDefault(clip.corpus(), new boolean[data.classOutputs()]);
    }

    private float[] possible(int[] clips) {
        int classes = data.classOutputs();
        float[] mask = new float[clips.length * classes];
        for (int i = 0; i < clips.length; i++) {
            boolean[] there = classesOf(data.train().get(clips[i]));
            for (int c = 0; c < classes; c++) {
                mask[i * classes + c] = there[c] ? 0 : IMPOSSIBLE;
            }
        }
        return mask;
    }

    /// One-hot, some of it spread over the classes of the corpus; nothing for a clip without a category.
    private float[] wanted(int[] clips) {
        int classes = data.classOutputs();
        double smoothing = config.supervised().labelSmoothing();
        float[] wanted = new float[clips.length * classes];
        for (int i = 0; i < clips.length; i++) {
            Clip clip = data.train().get(clips[i]);
            if (!data.isNamed(clip)) {
                continue;
            }
            boolean[] there = classesOf(clip);
            int count = 0;
            for (boolean one : there) {
                count += one ? 1 : 0;
            }
            for (int c = 0; c < classes; c++) {
                wanted[i * classes + c] = there[c] ? (float) (smoothing / count) : 0;
            }
            wanted[i * classes + data.classOf(clip)] += (float) (1 - smoothing);
        }
        return wanted;
    }

    /// `[batch][2]`, NaN for what is not known.
    private double[][] places(int[] clips) {
        return Arrays.stream(clips)
                .mapToObj(clip -> Corpus.place(data.train().get(clip)).toArray())
                .toArray(double[][]::new);
    }
}

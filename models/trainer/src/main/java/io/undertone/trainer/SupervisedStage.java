package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.loss.Concordance;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Scalars;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/// Stage 1: the encoder learns categories (cross-entropy over the categories of the clip's own corpus, so that a
/// corpus without a category says nothing about it) and valence and arousal (concordance). What a clip's label does
/// not say is left out of the term: a clip without a category has none of the first, one with rated arousal alone
/// half of the second. Each term is the mean over those that have it. Owned by the training thread.
final class SupervisedStage implements Stage {

    /// Added to the logits of categories that the clip's corpus does not have.
    private static final float IMPOSSIBLE = -1e4f;

    private static final int LOADER_THREADS = 2;

    private final TrainConfig config;
    private final TrainingData data;
    private final Networks networks;
    private final StageInput input;
    private final SpeakerCheck check;
    private final AdamW optimizer;
    private final Sampler sampler;
    private final LearningRate learningRate;
    private final int stepsPerEpoch;
    private final Map<String, boolean[]> classesOfCorpus = new LinkedHashMap<>();

    SupervisedStage(TrainConfig config, TrainingData data, Networks networks, StageInput input, SpeakerCheck check) {
        this.config = config;
        this.data = data;
        this.networks = networks;
        this.input = input;
        this.check = check;
        var spec = config.supervised();
        this.optimizer =
                new AdamW(networks.weights(), networks.supervisedNames(), spec.weightDecay(), spec.maxGradient());
        this.sampler = new Sampler(data.train(), config.data().corpusWeights());
        this.stepsPerEpoch = spec.windowsPerEpoch() / spec.batch();
        this.learningRate = new LearningRate(spec.learningRate(), spec.warmUp(), spec.epochs() * stepsPerEpoch);
        for (Clip clip : data.train()) {
            classesOfCorpus.computeIfAbsent(clip.corpus(), data::classesOf);
        }
    }

    @Override
    public String name() {
        return "supervised";
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public int epochs() {
        return config.supervised().epochs();
    }

    @Override
    public int patience() {
        return config.supervised().patience();
    }

    @Override
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    @Override
    public AdamW optimizer() {
        return optimizer;
    }

    @Override
    public void prepare(NDManager manager, Progress progress) {}

    /// One pass over `windowsPerEpoch` windows.
    @Override
    public Epoch epoch(int epoch, NDManager manager, Progress.Step progress) throws InterruptedException {
        long seed = new SplittableRandom(config.seed() + 1_000L * (epoch + 1)).nextLong();
        SplittableRandom dropout = new SplittableRandom(seed);
        double loss = 0;
        Map<String, Double> measures = new LinkedHashMap<>();
        try (BatchLoader loader = new BatchLoader(this::prepare, stepsPerEpoch, seed, LOADER_THREADS)) {
            Workload workload = new Workload(System::nanoTime);
            for (int s = 0; s < stepsPerEpoch; s++) {
                Batch batch = loader.next();
                workload.stepBegins();
                loss += step(batch, epoch * stepsPerEpoch + s, dropout, manager);
                workload.stepEnds(batch.clips().length);
                progress.at().accept((long) epoch * stepsPerEpoch + s + 1);
                progress.say()
                        .accept(String.format(
                                Locale.ROOT, "epoch %d, loss %.3f, %s", epoch + 1, loss / (s + 1), workload.toText()));
            }
            measures.put("loss", Math.round(loss / stepsPerEpoch * 1e4) / 1e4);
            workload.addTo(measures);
        }
        Epoch checked = check.supervised(networks, manager);
        measures.putAll(checked.measures());
        return new Epoch(checked.score(), measures);
    }

    private Batch prepare(SplittableRandom random) {
        int[] clips = new int[config.supervised().batch()];
        for (int i = 0; i < clips.length; i++) {
            clips[i] = sampler.draw(random);
        }
        return input.batch(clips, random);
    }

    private double step(Batch batch, int step, SplittableRandom dropout, NDManager parent) {
        int size = batch.clips().length;
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = new DjlOps(networks.weights(), true);
            NDArray fixed = input.fixed(batch, ops, manager);
            NDArray hidden = manager.create(
                    dropoutMask(size * config.encoder().features(), dropout),
                    new Shape(size, config.encoder().features()));
            NDArray possible = manager.create(possible(batch.clips()), new Shape(size, data.classOutputs()));
            NDArray wanted = manager.create(wanted(batch.clips()), new Shape(size, data.classOutputs()));
            long named = Arrays.stream(batch.clips())
                    .filter(clip -> data.isNamed(data.train().get(clip)))
                    .count();
            double value;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray frames = networks.encoder().frames(ops, fixed);
                NDArray features = networks.encoder().pooled(ops, frames).mul(hidden);
                NDArray logits = Heads.classes(ops, features).add(possible);
                NDArray crossEntropy =
                        Scalars.times(logits.logSoftmax(1).mul(wanted).sum(), -1.0 / Math.max(1, named));
                NDArray concordance = Concordance.loss(Heads.affect(ops, features), places(batch.clips()));
                NDArray loss = crossEntropy.add(
                        Scalars.times(concordance, config.supervised().affectWeight()));
                loss = distilled(ops, frames, batch, loss);
                collector.backward(loss);
                value = loss.getFloat();
            }
            optimizer.step(learningRate.at(step));
            return value;
        }
    }

    /// Adds the mean square of what the teacher's head gets wrong, over the frames that hold speech.
    private NDArray distilled(DjlOps ops, NDArray frames, Batch batch, NDArray loss) {
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

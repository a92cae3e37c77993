package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.loss.Precision;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Scalars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Stage 3, if the configuration has one: encoder and projections go on together, at a low rate, on augmented windows.
/// The captions pull ([CaptionLoss]); the supervised heads and the teacher hold ([SupervisedLoss]), so that the encoder
/// does not forget what the captions do not ask for. Captions go through the text projection alone: their vectors are
/// computed once. Owned by the training thread.
///
/// Batch normalisation goes on as in stage 1, by batch statistics that move the running ones: the running ones are of
/// the weights that stage 1 ended with, and the further the weights go, the less they fit.
final class JointStage implements Stage {

    private static final int LOADER_THREADS = 2;

    /// Adds to the seeds of the epochs: streams of their own, apart from stage 1's and stage 2's.
    private static final long SEEDS = 5_000_011L;

    private final TrainConfig config;
    private final TrainingData data;
    private final Networks networks;
    private final StageInput input;
    private final SpeakerCheck check;
    private final SupervisedLoss supervised;
    private final CaptionLoss captions;
    private final AdamW optimizer;
    private final Sampler sampler;
    private final LearningRate learningRate;
    private final int stepsPerEpoch;

    JointStage(TrainConfig config, TrainingData data, Networks networks, StageInput input, SpeakerCheck check) {
        this.config = config;
        this.data = data;
        this.networks = networks;
        this.input = input;
        this.check = check;
        this.supervised = new SupervisedLoss(config, data);
        this.captions = new CaptionLoss(config, data, networks);
        var spec = config.joint();
        List<String> names = new ArrayList<>(networks.supervisedNames());
        names.addAll(networks.alignmentNames(config.alignment().learnTemperature()));
        this.optimizer = new AdamW(
                networks.weights(),
                names,
                spec.weightDecay(),
                config.supervised().maxGradient());
        this.sampler = new Sampler(data.train(), config.data().corpusWeights());
        this.stepsPerEpoch = spec.windowsPerEpoch() / spec.batch();
        this.learningRate = new LearningRate(spec.learningRate(), spec.warmUp(), spec.epochs() * stepsPerEpoch);
    }

    @Override
    public String name() {
        return "joint";
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public int epochs() {
        return config.joint().epochs();
    }

    @Override
    public int patience() {
        return config.joint().patience();
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

    /// What the losses were, summed over steps.
    private static final class Sums {
        private double all;
        private double captions;
        private double heads;
    }

    /// One pass over `windowsPerEpoch` windows.
    @Override
    public Epoch epoch(int epoch, NDManager manager, Progress.Step progress) throws InterruptedException {
        long seed = new SplittableRandom(config.seed() + SEEDS + 1_000L * (epoch + 1)).nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Sums sums = new Sums();
        Map<String, Double> measures = new LinkedHashMap<>();
        try (BatchLoader loader = new BatchLoader(this::prepare, stepsPerEpoch, seed, LOADER_THREADS)) {
            Workload workload = new Workload(System::nanoTime);
            for (int s = 0; s < stepsPerEpoch; s++) {
                Batch batch = loader.next();
                workload.stepBegins();
                step(batch, epoch * stepsPerEpoch + s, random, sums, manager);
                workload.stepEnds(batch.clips().length);
                progress.at().accept((long) epoch * stepsPerEpoch + s + 1);
                progress.say()
                        .accept(String.format(
                                Locale.ROOT,
                                "epoch %d, loss %.3f, %s",
                                epoch + 1,
                                sums.all / (s + 1),
                                workload.toText()));
            }
            measures.put("loss", mean(sums.all));
            measures.put("captionLoss", mean(sums.captions));
            measures.put("supervisedLoss", mean(sums.heads));
            workload.addTo(measures);
        }
        double temperature = captions.temperature().value();
        measures.put("temperature", Math.round(temperature * 1e6) / 1e6);
        float[][] features = check.features(networks, manager);
        Epoch checked = check.aligned(networks, features, temperature, manager);
        measures.putAll(checked.measures());
        measures.putAll(check.estimates(networks, features, manager));
        return new Epoch(checked.score(), measures);
    }

    private double mean(double sum) {
        return Math.round(sum / stepsPerEpoch * 1e4) / 1e4;
    }

    private Batch prepare(SplittableRandom random) {
        int[] clips = new int[config.joint().batch()];
        for (int i = 0; i < clips.length; i++) {
            clips[i] = sampler.draw(random);
        }
        return input.batch(clips, random);
    }

    private void step(Batch batch, int step, SplittableRandom random, Sums sums, NDManager parent) {
        int[] placed = IntStream.range(0, batch.clips().length)
                .filter(row ->
                        Corpus.place(data.train().get(batch.clips()[row])).isWhole())
                .toArray();
        CaptionLoss.Pairs pairs = captions.pairs(placed.length);
        for (int i = 0; i < placed.length; i++) {
            pairs.put(i, batch.clips()[placed[i]], random);
        }
        pairs.drawSentences(random);
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = networks.ops(true);
            NDArray fixed = input.fixed(batch, ops, manager);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray frames = networks.encoder().frames(ops, fixed);
                NDArray features = networks.encoder().pooled(ops, frames);
                NDArray heads = supervised.ofHeads(ops, features, batch, random);
                NDArray held = supervised.distilled(
                        ops, frames, batch, Scalars.times(heads, config.joint().supervisedWeight()));
                NDArray loss = Precision.widened(held).sum();
                if (placed.length > 1) {
                    NDArray pulled = captions.of(rows(features, placed), pairs);
                    loss = loss.add(pulled);
                    sums.captions += pulled.getDouble();
                }
                collector.backward(loss);
                sums.all += loss.getDouble();
                sums.heads += heads.getFloat();
            }
            optimizer.step(learningRate.at(step));
            captions.temperature().clamp();
        }
    }

    /// Some rows of a matrix, by a product with ones and zeros: exact, and its gradient needs no indexes.
    private static NDArray rows(NDArray matrix, int[] rows) {
        int all = (int) matrix.getShape().get(0);
        if (rows.length == all) {
            return matrix;
        }
        float[] chosen = new float[rows.length * all];
        for (int i = 0; i < rows.length; i++) {
            chosen[i * all + rows[i]] = 1;
        }
        return matrix.getManager().create(chosen, new Shape(rows.length, all)).matMul(matrix);
    }
}

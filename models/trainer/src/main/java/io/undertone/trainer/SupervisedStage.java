package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/// Stage 1: the encoder learns what [SupervisedLoss] says. Owned by the training thread.
final class SupervisedStage implements Stage {

    private static final int LOADER_THREADS = 2;

    private final TrainConfig config;
    private final Networks networks;
    private final StageInput input;
    private final SpeakerCheck check;
    private final AdamW optimizer;
    private final Sampler sampler;
    private final LearningRate learningRate;
    private final int stepsPerEpoch;
    private final SupervisedLoss supervised;

    SupervisedStage(TrainConfig config, TrainingData data, Networks networks, StageInput input, SpeakerCheck check) {
        this.config = config;
        this.networks = networks;
        this.input = input;
        this.check = check;
        var spec = config.supervised();
        this.optimizer =
                new AdamW(networks.weights(), networks.supervisedNames(), spec.weightDecay(), spec.maxGradient());
        this.sampler = new Sampler(data.train(), config.data().corpusWeights());
        this.stepsPerEpoch = spec.windowsPerEpoch() / spec.batch();
        this.learningRate = new LearningRate(spec.learningRate(), spec.warmUp(), spec.epochs() * stepsPerEpoch);
        this.supervised = new SupervisedLoss(config, data);
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
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = new DjlOps(networks.weights(), true);
            NDArray fixed = input.fixed(batch, ops, manager);
            double value;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray frames = networks.encoder().frames(ops, fixed);
                NDArray features = networks.encoder().pooled(ops, frames);
                NDArray loss =
                        supervised.distilled(ops, frames, batch, supervised.ofHeads(ops, features, batch, dropout));
                collector.backward(loss);
                value = loss.getFloat();
            }
            optimizer.step(learningRate.at(step));
            return value;
        }
    }
}

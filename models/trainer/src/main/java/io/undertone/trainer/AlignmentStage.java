package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Stage 2: the encoder is frozen, its features of some augmented windows of every clip are computed once, and both
/// projections learn to put a clip and a description of how it sounds in one place. Owned by the training thread.
/// Clips of which one dimension is missing ([Corpus#place]) take no part, see [CaptionLoss].
final class AlignmentStage implements Stage {

    private static final int FEATURE_BATCH = 32;

    private final TrainConfig config;
    private final TrainingData data;
    private final Networks networks;
    private final StageInput input;
    private final SpeakerCheck check;
    private final AdamW optimizer;
    private final int[] placed; // training clips that have a place in the plane
    private final Sampler sampler; // of those
    private final LearningRate learningRate;
    private final int stepsPerEpoch;
    private final CaptionLoss captions;
    private float[][][] features = {}; // [passes][clips][features]
    private float[][] checked = {}; // [checked clips][features]

    AlignmentStage(TrainConfig config, TrainingData data, Networks networks, StageInput input, SpeakerCheck check) {
        this.config = config;
        this.data = data;
        this.networks = networks;
        this.input = input;
        this.check = check;
        var spec = config.alignment();
        this.optimizer =
                new AdamW(networks.weights(), networks.alignmentNames(spec.learnTemperature()), spec.weightDecay(), 5);
        this.placed = IntStream.range(0, data.train().size())
                .filter(clip -> Corpus.place(data.train().get(clip)).isWhole())
                .toArray();
        this.sampler = new Sampler(
                Arrays.stream(placed).mapToObj(data.train()::get).toList(),
                config.data().corpusWeights());
        this.stepsPerEpoch = Math.max(1, placed.length * spec.passes() / spec.batch());
        this.learningRate = new LearningRate(spec.learningRate(), 0.05, spec.epochs() * stepsPerEpoch);
        this.captions = new CaptionLoss(config, data, networks);
    }

    @Override
    public String name() {
        return "alignment";
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public int epochs() {
        return config.alignment().epochs();
    }

    @Override
    public int patience() {
        return config.alignment().patience();
    }

    @Override
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    @Override
    public AdamW optimizer() {
        return optimizer;
    }

    /// Computes the features that every epoch reads.
    @Override
    public void prepare(NDManager manager, Progress progress) throws InterruptedException {
        features = features(manager, progress);
        checked = check.features(networks, manager);
    }

    /// Takes the features that another stage of the same encoder computed, in place of [#prepare].
    void share(AlignmentStage other) {
        features = other.features;
        checked = other.checked;
    }

    /// Features of `passes` augmented windows of each training clip: `[passes][clips][features]`.
    private float[][][] features(NDManager parent, Progress progress) throws InterruptedException {
        if (input instanceof TowerVectors vectors) {
            return vectors.features(networks, parent);
        }
        int clips = data.train().size();
        int length = config.window().windowSamples();
        float[][][] features = new float[config.alignment().passes()][clips][];
        int batches = (clips + FEATURE_BATCH - 1) / FEATURE_BATCH;
        try (var step = progress.start("features", (long) features.length * batches)) {
            for (int pass = 0; pass < features.length; pass++) {
                int[] next = {0};
                BatchLoader.Preparation preparation = random -> {
                    int from = next[0];
                    next[0] += FEATURE_BATCH; // one loader thread, so in order
                    return windows(from, Math.min(clips, from + FEATURE_BATCH), length, random);
                };
                long seed = new SplittableRandom(config.seed() + 77L * (pass + 1)).nextLong();
                try (BatchLoader loader = new BatchLoader(preparation, batches, seed, 1)) {
                    for (int b = 0; b < batches; b++) {
                        encode(loader.next(), length, features[pass], parent);
                        step.at().accept((long) pass * batches + b + 1);
                    }
                }
            }
        }
        return features;
    }

    private BatchLoader.Batch windows(int from, int to, int length, SplittableRandom random) {
        int[] clips = new int[to - from];
        float[] waveforms = new float[clips.length * length];
        for (int i = 0; i < clips.length; i++) {
            clips[i] = from + i;
            float[] window =
                    data.augmentation().window(data.train().get(clips[i]).path(), random);
            System.arraycopy(window, 0, waveforms, i * length, length);
        }
        return BatchLoader.Batch.of(clips, waveforms, new float[0]);
    }

    private void encode(BatchLoader.Batch batch, int length, float[][] into, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray waveforms = manager.create(batch.waveforms(), new Shape(batch.clips().length, length));
            float[] all = networks.encoder()
                    .apply(new DjlOps(networks.weights(), false), waveforms)
                    .toFloatArray();
            int size = config.encoder().features();
            for (int i = 0; i < batch.clips().length; i++) {
                into[batch.clips()[i]] = java.util.Arrays.copyOfRange(all, i * size, (i + 1) * size);
            }
        }
    }

    @Override
    public Epoch epoch(int epoch, NDManager manager, Progress.Step progress) {
        SplittableRandom random =
                new SplittableRandom(new SplittableRandom(config.seed() - 1_000L * (epoch + 1)).nextLong());
        double sum = 0;
        Workload workload = new Workload(System::nanoTime);
        for (int s = 0; s < stepsPerEpoch; s++) {
            Batch batch = batch(random);
            workload.stepBegins();
            sum += step(batch, epoch * stepsPerEpoch + s, manager);
            workload.stepEnds(batch.pairs().size());
            progress.at().accept((long) epoch * stepsPerEpoch + s + 1);
        }
        double temperature = captions.temperature().value();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("loss", Math.round(sum / stepsPerEpoch * 1e4) / 1e4);
        measures.put("temperature", Math.round(temperature * 1e6) / 1e6);
        workload.addTo(measures);
        progress.say()
                .accept(String.format(
                        Locale.ROOT, "epoch %d, loss %.3f, %s", epoch + 1, sum / stepsPerEpoch, workload.toText()));
        Epoch result = check.aligned(networks, checked, temperature, manager);
        measures.putAll(result.measures());
        return new Epoch(result.score(), measures);
    }

    /// @param audio `[batch * features]`
    @SuppressWarnings("ArrayRecordComponent") // made, used once, never compared
    private record Batch(float[] audio, CaptionLoss.Pairs pairs) {}

    private Batch batch(SplittableRandom random) {
        int size = config.alignment().batch();
        int audioDim = config.encoder().features();
        float[] audio = new float[size * audioDim];
        CaptionLoss.Pairs pairs = captions.pairs(size);
        for (int i = 0; i < size; i++) {
            int index = placed[sampler.draw(random)];
            float[] feature = features[random.nextInt(features.length)][index];
            System.arraycopy(feature, 0, audio, i * audioDim, audioDim);
            pairs.put(i, index, random);
        }
        pairs.drawSentences(random);
        return new Batch(audio, pairs);
    }

    private double step(Batch batch, int step, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray audioFeatures = manager.create(
                    batch.audio(),
                    new Shape(batch.pairs().size(), config.encoder().features()));
            double value;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = captions.of(audioFeatures, batch.pairs());
                collector.backward(loss);
                value = loss.getDouble();
            }
            optimizer.step(learningRate.at(step));
            captions.temperature().clamp();
            return value;
        }
    }
}

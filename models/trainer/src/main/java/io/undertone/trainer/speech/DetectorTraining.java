package io.undertone.trainer.speech;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.undertone.trainer.LearningRate;
import io.undertone.trainer.Progress;
import io.undertone.trainer.bundle.OnnxOps;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Scalars;
import io.undertone.trainer.network.SpeechNetwork;
import io.undertone.trainer.network.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Trains a speech detector on scenes that are made as they are needed: cross-entropy of each frame. Owned by the
/// training thread, which closes it.
final class DetectorTraining implements AutoCloseable {

    private static final double MAX_GRADIENT = 5;

    private final SpeechSpec spec;
    private final Function<SplittableRandom, Scene> scenes;
    private final int windowSamples;
    private final NDManager manager;
    private final Weights weights;

    /// @param scenes asked on another thread
    /// @param parent closed by the caller, after this
    DetectorTraining(SpeechSpec spec, Function<SplittableRandom, Scene> scenes, int windowSamples, NDManager parent) {
        this.spec = spec;
        this.scenes = scenes;
        this.windowSamples = windowSamples;
        this.manager = parent.newSubManager();
        this.weights = Weights.create(manager);
        SpeechNetwork.addTo(weights, new SplittableRandom(spec.seed()));
    }

    /// Runs all steps.
    ///
    /// @return the mean loss of the last tenth of them, in nats a frame
    double run(Progress progress) throws InterruptedException {
        var optimizer = new AdamW(weights, weights.trainableNames(), spec.weightDecay(), MAX_GRADIENT);
        var learningRate = new LearningRate(spec.learningRate(), spec.warmUp(), spec.steps());
        double[] losses = new double[spec.steps()];
        try (var loader = new BatchLoader(this::batch, spec.steps(), spec.seed() + 1, 1);
                var bar = progress.start("speech detector", spec.steps())) {
            for (int step = 0; step < spec.steps(); step++) {
                losses[step] = step(loader.next(), optimizer, learningRate.at(step));
                bar.at().accept(step + 1);
                double recent = mean(Arrays.copyOfRange(losses, Math.max(0, step - 50), step + 1));
                bar.say().accept(String.format(Locale.ROOT, "loss %.3f", recent));
            }
        }
        return mean(Arrays.copyOfRange(losses, spec.steps() - Math.max(1, spec.steps() / 10), spec.steps()));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    /// Windows, and in the place of masks what is wanted of each frame.
    private Batch batch(SplittableRandom random) {
        int frames = SpeechNetwork.frames(windowSamples);
        float[] waveforms = new float[spec.batch() * windowSamples];
        float[] wanted = new float[spec.batch() * frames];
        for (int i = 0; i < spec.batch(); i++) {
            Scene scene = scenes.apply(random);
            System.arraycopy(scene.samples(), 0, waveforms, i * windowSamples, windowSamples);
            System.arraycopy(wanted(scene, frames), 0, wanted, i * frames, frames);
        }
        return Batch.of(new int[spec.batch()], waveforms, wanted);
    }

    /// A frame of the network lies over two of the scene.
    private static float[] wanted(Scene scene, int frames) {
        float[] wanted = new float[frames];
        boolean[] speech = scene.speech();
        for (int f = 0; f < frames; f++) {
            boolean next = speech[Math.min(speech.length - 1, 2 * f + 1)];
            wanted[f] = (speech[2 * f] ? 0.5f : 0) + (next ? 0.5f : 0);
        }
        return wanted;
    }

    private double step(Batch batch, AdamW optimizer, double learningRate) {
        long size = batch.clips().length;
        try (NDManager own = manager.newSubManager()) {
            DjlOps ops = new DjlOps(weights, true);
            NDArray logMel = SpeechNetwork.logMel(ops, own.create(batch.waveforms(), new Shape(size, windowSamples)));
            double value;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray logits = SpeechNetwork.logits(ops, logMel);
                NDArray wanted = own.create(batch.masks(), logits.getShape());
                NDArray loss = crossEntropy(logits, wanted);
                collector.backward(loss);
                value = loss.getFloat();
            }
            optimizer.step(learningRate);
            return value;
        }
    }

    /// log(1 + exp(z)) - y z, without overflow.
    private static NDArray crossEntropy(NDArray logits, NDArray wanted) {
        NDArray small = logits.abs().neg().exp().add(1).log();
        return Scalars.atLeast(logits, 0).add(small).sub(logits.mul(wanted)).mean();
    }

    /// The graph: `waveform` `[batch, samples]` to `speech` `[batch, frames]`.
    byte[] toOnnx() {
        OnnxOps ops = new OnnxOps(weights, "speech-detector");
        String waveform = ops.input("waveform", List.of("batch", "samples"));
        ops.output(SpeechNetwork.probabilities(ops, waveform), "speech", List.of("batch", "frames"));
        return ops.toBytes();
    }

    /// `[frames]` as DJL computes them, to hold the graph against.
    float[] probabilities(float[] window) {
        try (NDManager own = manager.newSubManager()) {
            NDArray waveform = own.create(window, new Shape(1, window.length));
            return SpeechNetwork.probabilities(new DjlOps(weights, false), waveform)
                    .toFloatArray();
        }
    }

    long parameters() {
        return weights.trainableSize();
    }

    @Override
    public void close() {
        weights.close();
        manager.close();
    }
}

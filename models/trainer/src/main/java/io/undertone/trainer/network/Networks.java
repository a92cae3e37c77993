package io.undertone.trainer.network;

import ai.djl.ndarray.NDManager;
import io.undertone.trainer.tower.FrozenTower;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// All networks of a run in one set of weights: the encoder, the supervised heads, both projections.
public final class Networks implements AutoCloseable {

    /// Length of the sentence vectors.
    public static final int TEXT_DIM = 384;

    public static final String AUDIO_PROJECTION = "audio-projection";
    public static final String TEXT_PROJECTION = "text-projection";

    /// Weight of one number, natural logarithm: trained only when the temperature is learned.
    public static final String LOG_TEMPERATURE = "log-temperature";

    private final Weights weights;
    private final Encoder encoder;
    private final AudioSpec spec;
    private final Points points;
    private final List<String> alignmentNames;

    private Networks(Weights weights, Encoder encoder, AudioSpec spec, Points points) {
        this.weights = weights;
        this.encoder = encoder;
        this.spec = spec;
        this.points = points;
        this.alignmentNames = weights.trainableNames().stream()
                .filter(name -> name.startsWith(AUDIO_PROJECTION)
                        || name.startsWith(TEXT_PROJECTION)
                        || name.equals(LOG_TEMPERATURE))
                .toList();
    }

    /// Draws start values from the seed. The caller closes.
    ///
    /// @param classes of the supervised head
    /// @param windowSamples of the bundle
    /// @param teacherDim length of the frames of a teacher; 0 for none
    public static Networks create(
            NDManager manager, AudioSpec spec, int windowSamples, int classes, int teacherDim, long seed) {
        return create(manager, spec, windowSamples, classes, teacherDim, seed, Points.STANDARDISED);
    }

    /// @param points of both projections; a bundle can be written of standardised ones only
    public static Networks create(
            NDManager manager,
            AudioSpec spec,
            int windowSamples,
            int classes,
            int teacherDim,
            long seed,
            Points points) {
        SplittableRandom random = new SplittableRandom(seed);
        Encoder encoder = switch (spec) {
            case EncoderSpec compact -> new CompactEncoder(compact);
            case FrozenSpec frozen ->
                new TowerEncoder(
                        FrozenTower.open(Path.of(frozen.tower()), windowSamples, towerThreads()),
                        frozen,
                        windowSamples);
        };
        Weights weights = Weights.create(manager);
        encoder.addTo(weights, random);
        Heads.addSupervised(weights, spec.features(), classes, random);
        Heads.addProjection(weights, AUDIO_PROJECTION, spec.features(), spec, random);
        Heads.addProjection(weights, TEXT_PROJECTION, TEXT_DIM, spec, random);
        weights.constant(LOG_TEMPERATURE, 0, 1);
        if (teacherDim > 0 && spec instanceof EncoderSpec compact) {
            Heads.addDistillation(weights, compact.temporal(), teacherDim, random);
        }
        return new Networks(weights, encoder, spec, points);
    }

    /// One core is left to those who cut and change the windows.
    private static int towerThreads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }

    public Weights weights() {
        return weights;
    }

    /// To compute with them.
    ///
    /// @param training batch statistics are used and the running ones updated
    public DjlOps ops(boolean training) {
        return new DjlOps(weights, training, points);
    }

    public AudioSpec spec() {
        return spec;
    }

    public Encoder encoder() {
        return encoder;
    }

    /// What stage 2 trains.
    public List<String> alignmentNames(boolean learnTemperature) {
        return alignmentNames.stream()
                .filter(name -> learnTemperature || !name.equals(LOG_TEMPERATURE))
                .toList();
    }

    /// What stage 1 trains.
    public List<String> supervisedNames() {
        return weights.trainableNames().stream()
                .filter(name -> !alignmentNames.contains(name))
                .toList();
    }

    @Override
    public void close() {
        weights.close();
        encoder.close();
    }
}

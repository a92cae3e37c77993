package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run from labels to bundle: prepare, stage 1, stage 2, write, evaluate. After each epoch a checkpoint is
/// written, and a run that was stopped goes on after the last one. Owned by one thread.
final class TrainingRun {

    private static final int SUPERVISED = 1;
    private static final int ALIGNMENT = 2;

    private final TrainConfig config;
    private final Path corpusRoot;
    private final Path cache;
    private final RunFolder folder;
    private final Progress progress;
    private int epochsLeft;

    /// @param cache decoded audio and text vectors, shared by runs
    TrainingRun(TrainConfig config, Path corpusRoot, Path cache, RunFolder folder, Progress progress) {
        this.config = config;
        this.corpusRoot = corpusRoot;
        this.cache = cache;
        this.folder = folder;
        this.progress = progress;
    }

    /// Trains what is not yet trained and writes the bundle.
    ///
    /// @return the bundle's folder
    Path run() throws InterruptedException {
        run(Integer.MAX_VALUE);
        return folder.bundle();
    }

    /// Stops after so many epochs of both stages together, as if the process had ended there: for tests.
    void run(int mostEpochs) throws InterruptedException {
        epochsLeft = mostEpochs;
        TrainingData data = TrainingData.prepare(config, corpusRoot, cache, progress);
        folder.log("clips: " + data.train().size() + " to learn from, "
                + data.calibration().size() + " to calibrate; speakers: "
                + data.split().train().size() + " / "
                + data.split().calibration().size() + " / "
                + data.split().test().size());
        try (NDManager manager = NDManager.newBaseManager();
                Networks networks = Networks.create(
                        manager, config.encoder(), data.classes().size(), data.teacherDim(), config.seed())) {
            folder.metric("parameters", networks.weights().trainableSize());
            networks.weights().set(Networks.LOG_TEMPERATURE, new float[] {
                (float) Math.log(config.alignment().temperature())
            });
            Checkpoint last = Files.exists(folder.checkpoint()) ? Checkpoint.read(folder.checkpoint()) : null;
            if (last != null) {
                restore(networks, last);
            }
            boolean aligning = last != null && last.stage() == ALIGNMENT;
            if (!aligning) {
                supervised(data, networks, manager, last);
            }
            if (epochsLeft > 0) {
                alignment(data, networks, manager, aligning ? last : null);
            }
            if (epochsLeft > 0) {
                new BundleStage(config, corpusRoot, cache, folder, progress).write(data, networks, manager);
            }
        }
    }

    private void restore(Networks networks, Checkpoint checkpoint) {
        try {
            networks.weights().restore(checkpoint.weights());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    folder.checkpoint() + " does not fit the configuration: " + e.getMessage(), e);
        }
        folder.log("resumed after stage " + checkpoint.stage() + ", epoch " + checkpoint.epoch());
    }

    private void supervised(TrainingData data, Networks networks, NDManager manager, @Nullable Checkpoint last)
            throws InterruptedException {
        SupervisedStage stage = new SupervisedStage(config, data, networks);
        int first = 0;
        if (last != null) {
            stage.optimizer().restore(last.optimizer());
            first = last.epoch();
        }
        for (int epoch = first; epoch < config.supervised().epochs() && epochsLeft > 0; epoch++) {
            record("supervised", stage.epoch(epoch, manager, progress));
            save(SUPERVISED, epoch + 1, networks, stage.optimizer());
        }
    }

    private void alignment(TrainingData data, Networks networks, NDManager manager, @Nullable Checkpoint last)
            throws InterruptedException {
        AlignmentStage stage = new AlignmentStage(config, data, networks);
        int first = 0;
        if (last != null) {
            stage.optimizer().restore(last.optimizer());
            first = last.epoch();
        }
        if (first == config.alignment().epochs()) {
            return;
        }
        float[][][] features = stage.features(manager, progress);
        for (int epoch = first; epoch < config.alignment().epochs() && epochsLeft > 0; epoch++) {
            record("alignment", stage.epoch(epoch, features, manager, progress));
            save(ALIGNMENT, epoch + 1, networks, stage.optimizer());
        }
    }

    private void record(String stage, Map<String, Object> measures) {
        folder.metric(stage + "." + measures.get("epoch"), measures);
        folder.log(stage + " " + measures);
    }

    private void save(int stage, int epoch, Networks networks, AdamW optimizer) {
        new Checkpoint(stage, epoch, networks.weights().snapshot(), optimizer.snapshot()).write(folder.checkpoint());
        epochsLeft--;
    }
}

package io.undertone.trainer;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest;
import io.undertone.trainer.network.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run from labels to bundle: prepare, stage 1, stage 2, stage 3 where there is one, write, evaluate, report. After
/// each epoch a checkpoint is written, and a run that was stopped goes on after the last one. Owned by one thread.
final class TrainingRun {

    private static final int CHECKED_CLIPS = 600;

    private final TrainConfig config;
    private final Path corpusRoot;
    private final Path cache;
    private final RunFolder folder;
    private final Device device;
    private final Progress progress;

    /// On the CPU.
    TrainingRun(TrainConfig config, Path corpusRoot, Path cache, RunFolder folder, Progress progress) {
        this(config, corpusRoot, cache, folder, Device.cpu(), progress);
    }

    /// @param cache decoded audio and text vectors, shared by runs
    /// @param device that PyTorch computes on
    TrainingRun(TrainConfig config, Path corpusRoot, Path cache, RunFolder folder, Device device, Progress progress) {
        this.config = config;
        this.corpusRoot = corpusRoot;
        this.cache = cache;
        this.folder = folder;
        this.device = device;
        this.progress = progress;
    }

    /// Trains what is not yet trained and writes the bundle.
    ///
    /// @return the bundle's folder
    Path run() throws InterruptedException {
        run(Integer.MAX_VALUE);
        return folder.bundle();
    }

    /// Stops after so many epochs of all stages together, as if the process had ended there: for tests.
    void run(int mostEpochs) throws InterruptedException {
        TrainingData data = TrainingData.prepare(config, corpusRoot, cache, progress);
        folder.log("clips: " + data.train().size() + " to learn from, "
                + data.calibration().size() + " to calibrate; speakers: "
                + data.split().train().size() + " / "
                + data.split().calibration().size() + " / "
                + data.split().test().size());
        SpeakerCheck check = SpeakerCheck.create(config, data, data.calibration(), CHECKED_CLIPS, cache, progress);
        try (NDManager manager = NDManager.newBaseManager(device);
                Networks networks = Networks.create(
                        manager,
                        config.encoder(),
                        config.window().windowSamples(),
                        data.classOutputs(),
                        data.teacherDim(),
                        config.seed())) {
            folder.metric(
                    "clips",
                    Map.of(
                            "train", data.train().size(),
                            "calibration", data.calibration().size()));
            folder.metric("parameters", networks.weights().trainableSize());
            networks.weights().set(Networks.LOG_TEMPERATURE, new float[] {
                (float) Math.log(config.alignment().temperature())
            });
            Checkpoint last = Files.exists(folder.checkpoint()) ? Checkpoint.read(folder.checkpoint()) : null;
            if (last != null) {
                restore(networks, last);
            }
            StageInput input = StageInput.of(config, data, networks, manager, cache, progress);
            EpochLoop loop = new EpochLoop(folder, networks, manager, progress, mostEpochs);
            if (loop.run(new SupervisedStage(config, data, networks, input, check), last)
                    && loop.run(new AlignmentStage(config, data, networks, input, check), last)
                    && joint(loop, data, networks, input, check, last)) {
                BundleManifest written =
                        new BundleStage(config, corpusRoot, cache, folder, progress).write(data, networks, manager);
                keepEvaluationSet(data);
                folder.picture(RunPicture.take(
                        config, data, networks, written.probabilityTemperature(), manager, cache, progress));
                folder.log("report: " + RunReport.write(folder.path()));
            }
        }
    }

    /// @return whether it is done, or the run has no such stage
    private boolean joint(
            EpochLoop loop,
            TrainingData data,
            Networks networks,
            StageInput input,
            SpeakerCheck check,
            @Nullable Checkpoint last)
            throws InterruptedException {
        if (!config.joint().enabled()) {
            return true;
        }
        if (last == null || last.stage() < 3) {
            folder.keepAligned();
        }
        return loop.run(new JointStage(config, data, networks, input, check), last);
    }

    private void keepEvaluationSet(TrainingData data) {
        int windows = EvaluationSet.write(folder.bundle(), data.corpus(), progress);
        folder.log("old evaluation set for a retraining: " + windows
                + " windows of speakers that were not learned from, in " + EvaluationSet.beside(folder.bundle())
                + "; ./undertone train --from " + folder.bundle() + " --embeddings FILE measures on it");
    }

    private void restore(Networks networks, Checkpoint checkpoint) {
        if (checkpoint.stage() > 2 && !config.joint().enabled()) {
            throw new InvalidInputException(folder.checkpoint() + " is of the joint stage, which the configuration does"
                    + " not have: epochs of joint must be positive: 0");
        }
        try {
            networks.weights().restore(checkpoint.weights());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    folder.checkpoint() + " does not fit the configuration: " + e.getMessage(), e);
        }
        folder.log("resumed after stage " + checkpoint.stage() + ", epoch " + checkpoint.epoch());
    }
}

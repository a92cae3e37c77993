package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.network.CompactEncoder;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.TowerEncoder;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// What stage 1 feeds into the trained part of the encoder.
sealed interface StageInput permits LogMelInput, TowerVectors {

    /// Computes once what can be computed once.
    ///
    /// @param cache where a frozen tower's vectors are kept
    static StageInput of(
            TrainConfig config, TrainingData data, Networks networks, NDManager manager, Path cache, Progress progress)
            throws InterruptedException {
        return switch (networks.encoder()) {
            case CompactEncoder _ -> new LogMelInput(data, config.window().windowSamples());
            case TowerEncoder frozen ->
                TowerVectors.of(config, data, frozen, networks.weights(), manager, cache, progress);
        };
    }

    /// Prepares windows of some clips. Called by loader threads.
    ///
    /// @param clips indexes of training clips, drawn already
    Batch batch(int[] clips, SplittableRandom random);

    /// Computes what the fixed part gives for a batch, without a gradient. Called by the training thread.
    NDArray fixed(Batch batch, DjlOps ops, NDManager manager);
}

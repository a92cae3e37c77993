package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.trainer.network.AdamW;
import java.util.Map;

/// One of the parts of a training, made of epochs. Owned by the training thread.
interface Stage {

    /// Key of the stage in `metrics.json`, and its name in the log.
    String name();

    /// Place in the run, from 1; stored in checkpoints.
    int number();

    int epochs();

    /// See [EarlyStopping].
    int patience();

    int stepsPerEpoch();

    AdamW optimizer();

    /// What has to be computed once before the first epoch that this process runs.
    void prepare(NDManager manager, Progress progress) throws InterruptedException;

    /// One pass. What it does depends on configuration, seed, epoch and the weights only, so that a run can be stopped
    /// between any two epochs.
    ///
    /// @param epoch from 0
    /// @param step of the whole stage
    Epoch epoch(int epoch, NDManager manager, Progress.Step step) throws InterruptedException;

    /// What came of an epoch.
    ///
    /// @param score on speakers that are not learned from, the higher the better
    /// @param measures for log, metrics and report: numbers by name
    record Epoch(double score, Map<String, Double> measures) {}
}

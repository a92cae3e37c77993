package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.trainer.network.Networks;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs the epochs of the stages one after another. After each a checkpoint is written that holds everything the rest
/// depends on, so a run that goes on from it gives what an undisturbed one gives. Owned by the training thread.
final class EpochLoop {

    private final RunFolder folder;
    private final Networks networks;
    private final NDManager manager;
    private final Progress progress;
    private int epochsLeft;

    /// @param mostEpochs of all stages together; then the loop stops as if the process had ended
    EpochLoop(RunFolder folder, Networks networks, NDManager manager, Progress progress, int mostEpochs) {
        this.folder = folder;
        this.networks = networks;
        this.manager = manager;
        this.progress = progress;
        this.epochsLeft = mostEpochs;
    }

    /// Where a stage is.
    ///
    /// @param epoch epochs done
    /// @param best weights of the best epoch; empty where the last one is kept
    private record Position(int epoch, EarlyStopping stopping, Map<String, float[]> best) {

        static Position of(Stage stage, @Nullable Checkpoint last) {
            if (last == null || last.stage() != stage.number()) {
                return new Position(0, EarlyStopping.start(stage.patience()), Map.of());
            }
            stage.optimizer().restore(last.optimizer());
            var stopping = new EarlyStopping(stage.patience(), last.bestEpoch(), last.bestScore());
            return new Position(last.epoch(), stopping, last.best());
        }

        boolean ends(Stage stage) {
            return epoch >= stage.epochs() || stopping.endsAfter(epoch);
        }
    }

    /// Runs what is left of a stage; afterwards the networks hold the weights of the epoch that is kept.
    ///
    /// @param last what the run goes on from
    /// @return whether the stage is done, and something may follow it
    boolean run(Stage stage, @Nullable Checkpoint last) throws InterruptedException {
        if (last != null && last.stage() > stage.number()) {
            return true;
        }
        Position position = Position.of(stage, last);
        if (!position.ends(stage) && epochsLeft > 0) {
            stage.prepare(manager, progress);
            long steps = stage.stepsPerEpoch();
            try (var step = progress.start(stage.name(), position.epoch() * steps, stage.epochs() * steps)) {
                while (!position.ends(stage) && epochsLeft > 0) {
                    position = epoch(stage, position, step);
                    epochsLeft--;
                }
            }
        }
        if (!position.ends(stage)) {
            return false;
        }
        if (!position.best().isEmpty()) {
            networks.weights().restore(position.best());
        }
        folder.log(stage.name() + " is done after epoch " + position.epoch() + " of " + stage.epochs()
                + (position.best().isEmpty()
                        ? ""
                        : "; kept is epoch " + position.stopping().bestEpoch()));
        return epochsLeft > 0;
    }

    private Position epoch(Stage stage, Position position, Progress.Step step) throws InterruptedException {
        Stage.Epoch result = stage.epoch(position.epoch(), manager, step);
        int done = position.epoch() + 1;
        EarlyStopping stopping = position.stopping().after(done, result.score());
        Map<String, float[]> weights = networks.weights().snapshot();
        Map<String, float[]> best = stopping.keeps(done) ? weights : position.best();
        folder.epoch(stage.name(), done, result);
        folder.log(String.format(
                Locale.ROOT,
                "%s, epoch %d of %d: score %.4f, %s",
                stage.name(),
                done,
                stage.epochs(),
                result.score(),
                result.measures()));
        new Checkpoint(
                        stage.number(),
                        done,
                        weights,
                        stage.optimizer().snapshot(),
                        stopping.bestEpoch(),
                        stopping.bestScore(),
                        best)
                .write(folder.checkpoint());
        return new Position(done, stopping, best);
    }
}

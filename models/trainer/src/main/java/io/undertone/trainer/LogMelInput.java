package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.LogMel;
import java.util.SplittableRandom;

/// The compact encoder's: log-mel of augmented windows, with bands and frames hidden.
record LogMelInput(TrainingData data, int windowSamples) implements StageInput {

    @Override
    public Batch batch(int[] clips, SplittableRandom random) {
        int frames = LogMel.frames(windowSamples);
        float[] waveforms = new float[clips.length * windowSamples];
        float[] masks = new float[clips.length * LogMel.BANDS * frames];
        TeacherTargets targets = TeacherTargets.of(data.teacher(), clips.length, frames);
        for (int i = 0; i < clips.length; i++) {
            String path = data.train().get(clips[i]).path();
            var cut = data.augmentation().cut(path, random);
            System.arraycopy(cut.window(), 0, waveforms, i * windowSamples, windowSamples);
            targets.put(i, path, cut);
            float[] mask = data.augmentation().masks(LogMel.BANDS, frames, random);
            System.arraycopy(mask, 0, masks, i * mask.length, mask.length);
        }
        return new Batch(clips, waveforms, masks, targets.values(), targets.heard());
    }

    /// `[batch, bands, frames]`.
    @Override
    public NDArray fixed(Batch batch, DjlOps ops, NDManager manager) {
        NDArray waveforms = manager.create(batch.waveforms(), new Shape(batch.clips().length, windowSamples));
        NDArray logMel = LogMel.apply(ops, waveforms);
        return logMel.mul(manager.create(batch.masks(), logMel.getShape()));
    }
}

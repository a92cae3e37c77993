package io.undertone.trainer.distillation;

import java.util.List;

/// A larger network whose frames the encoder learns to foretell, beside its labels (Hinton et al. 2015, arXiv
/// 1503.02531; on hidden frames as Chang et al. 2022, DistilHuBERT, arXiv 2110.01900). It is used while training
/// only, and never part of a bundle.
///
/// @param credit who made the teacher and under which licence, for the model card; empty without a teacher
/// @param teacher an ONNX file that takes a waveform `[batch, samples]` of 16 kHz in [-1, 1]; empty for none
/// @param outputs names of tensors `[batch, frames, values]` in that file, also inner ones; laid side by side
/// @param frameSamples from one frame to the next
/// @param firstFrameCentre the sample in the middle of frame 0
/// @param loudness root mean square to which each clip is brought before the teacher hears it
/// @param weight of the loss beside those of the labels
public record DistillationSpec(
        String credit,
        String teacher,
        List<String> outputs,
        int frameSamples,
        int firstFrameCentre,
        double loudness,
        double weight) {

    public DistillationSpec {
        outputs = List.copyOf(outputs);
        require(teacher.isEmpty() || !credit.isBlank(), "credit", "say whose the teacher is", credit);
        require(teacher.isEmpty() || !outputs.isEmpty(), "outputs", "name at least one tensor", outputs);
        require(frameSamples > 0, "frame-samples", "be positive", frameSamples);
        require(firstFrameCentre >= 0, "first-frame-centre", "not be negative", firstFrameCentre);
        require(loudness > 0 && loudness <= 1, "loudness", "be in (0, 1]", loudness);
        require(weight >= 0, "weight", "not be negative", weight);
    }

    /// The same without a teacher.
    public DistillationSpec disabled() {
        return new DistillationSpec("", "", List.of(), frameSamples, firstFrameCentre, loudness, weight);
    }

    public boolean enabled() {
        return !teacher.isEmpty();
    }

    private static void require(boolean holds, String key, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must " + rule + ": " + value);
        }
    }
}

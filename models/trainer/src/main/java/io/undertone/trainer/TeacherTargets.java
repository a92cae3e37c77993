package io.undertone.trainer;

import io.undertone.trainer.corpus.Augmentation.Cut;
import io.undertone.trainer.distillation.TeacherFrames;
import io.undertone.trainer.network.CompactEncoder;
import io.undertone.trainer.network.LogMel;
import java.util.Optional;

/// What a teacher says about the windows of one batch, frame by frame of the encoder. Owned by the thread that
/// prepares the batch.
final class TeacherTargets {

    private final Optional<TeacherFrames> teacher;
    private final int time;
    private final float[] values; // [batch, dim, time]
    private final float[] heard; // [batch, 1, time]

    private TeacherTargets(Optional<TeacherFrames> teacher, int batch, int time) {
        this.teacher = teacher;
        this.time = time;
        int dim = teacher.map(TeacherFrames::dim).orElse(0);
        this.values = new float[batch * dim * time];
        this.heard = new float[dim == 0 ? 0 : batch * time];
    }

    /// @param frames of the log-mel
    static TeacherTargets of(Optional<TeacherFrames> teacher, int batch, int frames) {
        int time = (frames + CompactEncoder.FRAME_STRIDE - 1) / CompactEncoder.FRAME_STRIDE;
        return new TeacherTargets(teacher, batch, time);
    }

    /// The frames at the middle of the encoder's, wherever the window was cut and however fast it is played.
    void put(int window, String path, Cut cut) {
        teacher.ifPresent(frames -> {
            for (int t = 0; t < time; t++) {
                int sample = LogMel.centre(t * CompactEncoder.FRAME_STRIDE);
                heard[window * time + t] = sample < cut.speech() ? 1 : 0;
                if (sample < cut.speech()) {
                    double at = cut.from() + sample * cut.rate();
                    frames.at(path, at, values, window * frames.dim() * time + t, time);
                }
            }
        });
    }

    float[] values() {
        return values;
    }

    float[] heard() {
        return heard;
    }
}

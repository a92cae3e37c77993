package io.undertone.trainer;

import io.undertone.trainer.loss.AlignmentLoss.Anchors;
import io.undertone.trainer.loss.AlignmentLoss.Objective;
import io.undertone.trainer.loss.LabelDistance;
import io.undertone.trainer.loss.Ties;
import io.undertone.trainer.network.Points;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One way to train the projection heads on features that are there already. Immutable.
///
/// @param name in the table
/// @param alignment the second stage
/// @param points of both projections
record LossVariant(String name, TrainConfig.Alignment alignment, Points points) {

    /// The paper's loss and its baselines, without rated sentences, whose term is a ranking too. The first one is
    /// what the others are compared with.
    static List<LossVariant> losses(TrainConfig.Alignment run, int epochs) {
        TrainConfig.Alignment plain = run.with(
                Map.of("epochs", epochs, "patience", 0, "sentences", "", "sentence-weight", 0, "class-weight", 0));
        var ranked = plain.with(Map.of("loss", Objective.RANK_N_CONTRAST, "anchors", Anchors.BOTH));
        return List.of(
                of("Rank-N-Contrast, both anchors", ranked),
                of("Rank-N-Contrast, audio anchors", ranked.with(Map.of("anchors", Anchors.AUDIO))),
                of("Rank-N-Contrast + 0.5 SupCon", ranked.with(Map.of("class-weight", 0.5))),
                of("SCE (CLIP)", plain.with(Map.of("loss", Objective.SYMMETRIC_CROSS_ENTROPY))),
                of("SupCon", plain.with(Map.of("loss", Objective.SUPERVISED_CONTRASTIVE))));
    }

    /// The run's own second stage first, then one change at a time; a change to what it is already is left out.
    static List<LossVariant> ablation(TrainConfig.Alignment run, int epochs) {
        TrainConfig.Alignment own = own("", run, epochs).alignment();
        Map<String, Map<String, ?>> changes = new LinkedHashMap<>();
        for (LabelDistance distance : LabelDistance.values()) {
            changes.put("distance " + distance, Map.of("distance", distance));
        }
        for (Ties ties : Ties.values()) {
            changes.put("ties " + ties, Map.of("ties", ties));
        }
        for (double temperature : new double[] {0.05, 0.1, 0.2, 0.5}) {
            changes.put("temperature " + temperature, Map.of("temperature", temperature, "learn-temperature", false));
        }
        changes.put("temperature learned from " + own.temperature(), Map.of("learn-temperature", true));
        for (int batch : new int[] {64, 256, 1024}) {
            int sentences = Math.min(batch, own.sentenceBatch());
            changes.put("batch " + batch, Map.of("batch", batch, "sentence-batch", sentences));
        }
        for (double weight : new double[] {0, 0.25, 0.5, 1}) {
            changes.put("class weight " + weight, Map.of("class-weight", weight));
        }
        for (double weight : own.sentences().isEmpty() ? new double[0] : new double[] {0, 0.1, 0.25}) {
            changes.put("rated sentences " + weight, Map.of("sentence-weight", weight));
        }
        List<LossVariant> variants = new ArrayList<>(List.of(own("as configured", run, epochs)));
        changes.forEach((name, change) -> {
            TrainConfig.Alignment changed = own.with(change);
            if (!changed.equals(own)) {
                variants.add(of(name, changed));
            }
        });
        variants.add(new LossVariant("points centred", own, Points.CENTRED));
        variants.add(new LossVariant("points as projected", own, Points.AS_PROJECTED));
        return List.copyOf(variants);
    }

    /// The run's own second stage.
    static LossVariant own(String name, TrainConfig.Alignment run, int epochs) {
        return of(name, run.with(Map.of("epochs", epochs, "patience", 0)));
    }

    private static LossVariant of(String name, TrainConfig.Alignment alignment) {
        return new LossVariant(name, alignment, Points.STANDARDISED);
    }
}

package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import io.undertone.trainer.network.Scalars;

/// What stage 2 minimises, as chosen in the configuration.
///
/// @param anchors of Rank-N-Contrast; the other objectives are always symmetric
/// @param distance of labels, for Rank-N-Contrast
/// @param ties for Rank-N-Contrast
/// @param classWeight of a supervised contrastive term that is added to the objective; 0 for none
public record AlignmentLoss(
        Objective objective, Anchors anchors, LabelDistance distance, Ties ties, double classWeight) {

    public enum Objective {
        RANK_N_CONTRAST,
        SYMMETRIC_CROSS_ENTROPY,
        SUPERVISED_CONTRASTIVE
    }

    /// Whose ranking counts in Rank-N-Contrast.
    public enum Anchors {
        AUDIO,
        BOTH
    }

    /// The same distance and ties with another objective.
    public AlignmentLoss with(Objective other, Anchors otherAnchors, double otherClassWeight) {
        return new AlignmentLoss(other, otherAnchors, distance, ties, otherClassWeight);
    }

    /// Rank-N-Contrast between clips and rated sentences that describe none of them.
    ///
    /// @param logits `[n, n]`, audio by sentences, of [Temperature#logits]
    /// @param clips `[n, 2]` places
    /// @param sentences `[n, 2]` places
    public NDArray unpaired(NDArray logits, double[][] clips, double[][] sentences) {
        return RankNContrast.unpaired(logits, distance.between(clips, sentences), ties);
    }

    /// @param logits `[n, n]`, audio by text, of [Temperature#logits]
    /// @param places `[n, 2]` valence and arousal
    /// @param classes `[n]`
    /// @return a scalar of 64 bits
    public NDArray of(NDArray logits, double[][] places, int[] classes) {
        NDArray main = switch (objective) {
            case RANK_N_CONTRAST ->
                switch (anchors) {
                    case AUDIO -> RankNContrast.anchored(logits, distance.matrix(places), ties);
                    case BOTH -> RankNContrast.symmetric(logits, distance.matrix(places), ties);
                };
            case SYMMETRIC_CROSS_ENTROPY -> SymmetricCrossEntropy.symmetric(logits);
            case SUPERVISED_CONTRASTIVE -> SupervisedContrastive.symmetric(logits, classes);
        };
        return classWeight == 0
                ? main
                : main.add(Scalars.times(SupervisedContrastive.symmetric(logits, classes), classWeight));
    }
}

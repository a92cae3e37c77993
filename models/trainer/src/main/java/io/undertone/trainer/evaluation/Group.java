package io.undertone.trainer.evaluation;

/// The figures of some clips.
///
/// @param name `all`, or the corpus, sex or language that its clips have in common
/// @param clips also the pool that ladders retrieve from
/// @param classes categories that zero-shot recall chooses from
/// @param valenceTau Kendall's tau-b of estimated and labelled valence
/// @param valenceConcordance concordance correlation (Lin) of estimated and labelled valence
/// @param ladderValence Kendall's tau-b of the retrieval by five descriptions of rising valence
/// @param softLadderValence Kendall's tau-b of the soft step on the same five descriptions, over every clip
/// @param top how many clips each description of a ladder retrieves where every clip has a label of the dimension
/// @param recall zero-shot unweighted average recall by usual prompts over the group's categories
/// @param recallNewWording the same with prompts in wordings that training never saw
public record Group(
        String name,
        By by,
        int clips,
        int speakers,
        int classes,
        Interval valenceTau,
        Interval arousalTau,
        Interval valenceConcordance,
        Interval arousalConcordance,
        Interval ladderValence,
        Interval ladderArousal,
        int top,
        Interval softLadderValence,
        Interval softLadderArousal,
        Interval recall,
        Interval recallNewWording,
        ModalityGap gap,
        Certainty certainty) {

    /// What the clips of a group have in common.
    public enum By {
        ALL,
        CORPUS,
        SEX,
        LANGUAGE
    }
}

package io.undertone.trainer.evaluation;

import java.util.List;

/// Estimated and labelled values of clips in one dimension of the plane. Immutable.
final class Estimates {

    private final double[] labels; // [clips]
    private final double[] said; // [clips]

    private Estimates(double[] labels, double[] said) {
        this.labels = labels;
        this.said = said;
    }

    static Estimates ofValence(List<ClipEncoding> clips) {
        return new Estimates(
                clips.stream().mapToDouble(clip -> clip.place().valence()).toArray(),
                clips.stream().mapToDouble(ClipEncoding::valence).toArray());
    }

    static Estimates ofArousal(List<ClipEncoding> clips) {
        return new Estimates(
                clips.stream().mapToDouble(clip -> clip.place().arousal()).toArray(),
                clips.stream().mapToDouble(ClipEncoding::arousal).toArray());
    }

    /// `[clips]`, not to be changed.
    double[] labels() {
        return labels;
    }

    double tau(int[] some) {
        return Measures.kendall(Bootstrap.pick(said, some), Bootstrap.pick(labels, some));
    }

    double concordance(int[] some) {
        return Measures.concordance(Bootstrap.pick(said, some), Bootstrap.pick(labels, some));
    }
}

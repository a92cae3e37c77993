package io.undertone.trainer.evaluation;

import io.undertone.trainer.corpus.Place;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Estimated and labelled values in one dimension of the plane, of those clips whose labels say it. Immutable.
final class Estimates {

    private final List<ClipEncoding> clips;
    private final double[] labels; // [clips]
    private final double[] said; // [clips]

    private Estimates(List<ClipEncoding> clips, ToDoubleFunction<Place> label, ToDoubleFunction<ClipEncoding> said) {
        this.clips = clips;
        this.labels = clips.stream()
                .mapToDouble(clip -> label.applyAsDouble(clip.place()))
                .toArray();
        this.said = clips.stream().mapToDouble(said).toArray();
    }

    static Estimates ofValence(List<ClipEncoding> clips) {
        return new Estimates(labelled(clips, Place::hasValence), Place::valence, ClipEncoding::valence);
    }

    static Estimates ofArousal(List<ClipEncoding> clips) {
        return new Estimates(labelled(clips, Place::hasArousal), Place::arousal, ClipEncoding::arousal);
    }

    private static List<ClipEncoding> labelled(List<ClipEncoding> clips, Predicate<Place> says) {
        return clips.stream().filter(clip -> says.test(clip.place())).toList();
    }

    /// Those that the indexes of all measures mean.
    List<ClipEncoding> clips() {
        return clips;
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

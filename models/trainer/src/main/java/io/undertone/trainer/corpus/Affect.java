package io.undertone.trainer.corpus;

/// A place in the plane.
///
/// @param valence unpleasant to pleasant, in [-1, 1]
/// @param arousal calm to excited, in [-1, 1]
public record Affect(double valence, double arousal) {

    public Affect {
        requireInRange("valence", valence);
        requireInRange("arousal", arousal);
    }

    static void requireInRange(String name, double value) {
        if (!(value >= -1 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [-1, 1]: " + value);
        }
    }

    /// Euclidean distance.
    public double distance(Affect other) {
        double dv = valence - other.valence;
        double da = arousal - other.arousal;
        return Math.sqrt(dv * dv + da * da);
    }
}

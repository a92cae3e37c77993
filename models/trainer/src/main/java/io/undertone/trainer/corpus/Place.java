package io.undertone.trainer.corpus;

/// Where a label puts a clip, as far as it says: of the two dimensions either may be missing. Immutable.
///
/// @param valence unpleasant to pleasant, in [-1, 1]; NaN where nobody said it
/// @param arousal calm to excited, in [-1, 1]; NaN where nobody said it
public record Place(double valence, double arousal) {

    public static final Place UNKNOWN = new Place(Double.NaN, Double.NaN);

    public Place {
        requireInRange("valence", valence);
        requireInRange("arousal", arousal);
    }

    private static void requireInRange(String name, double value) {
        if (!Double.isNaN(value)) {
            Affect.requireInRange(name, value);
        }
    }

    public static Place of(Affect affect) {
        return new Place(affect.valence(), affect.arousal());
    }

    public boolean hasValence() {
        return !Double.isNaN(valence);
    }

    public boolean hasArousal() {
        return !Double.isNaN(arousal);
    }

    /// Whether both dimensions are known.
    public boolean isWhole() {
        return hasValence() && hasArousal();
    }

    /// Whether neither is.
    public boolean isUnknown() {
        return !hasValence() && !hasArousal();
    }

    /// This place, what it lacks taken from another.
    Place orElse(Place other) {
        return new Place(hasValence() ? valence : other.valence, hasArousal() ? arousal : other.arousal);
    }

    /// @throws IllegalStateException if a dimension is missing
    public Affect whole() {
        if (!isWhole()) {
            throw new IllegalStateException("a dimension is missing: " + this);
        }
        return new Affect(valence, arousal);
    }

    /// `[valence, arousal]`, NaN for what is missing.
    public double[] toArray() {
        return new double[] {valence, arousal};
    }
}

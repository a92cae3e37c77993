package io.undertone.trainer.loss;

/// Which captions at the same distance from an anchor push each other apart in [RankNContrast].
///
/// For anchor i and caption j the denominator holds j itself, every caption that is farther from i, and of those
/// that are exactly as far:
public enum Ties {
    /// all, as the formula stands: `{ k : d_ik >= d_ij }`.
    KEEP,
    /// all, except where the distance is 0: clips of the same label no longer push each other apart. Only the terms
    /// with `d_ij = 0` change, that is the self term and those of its equals.
    MASK_EQUAL_LABELS,
    /// none: `{ j } and { k : d_ik > d_ij }`.
    MASK;

    boolean masks(double distance) {
        return switch (this) {
            case KEEP -> false;
            case MASK_EQUAL_LABELS -> distance == 0;
            case MASK -> true;
        };
    }
}

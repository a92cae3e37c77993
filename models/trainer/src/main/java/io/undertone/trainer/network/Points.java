package io.undertone.trainer.network;

/// What is done to the projected points of a modality before they get unit length. Bundles are written with the first
/// one; the others are there to be compared with it, and show where the gap between the modalities comes from.
public enum Points {
    /// Mean 0 and deviation 1 of each value.
    STANDARDISED,
    /// Mean 0 of each value.
    CENTRED,
    /// Left where the projection puts them.
    AS_PROJECTED
}

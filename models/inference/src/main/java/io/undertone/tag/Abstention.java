package io.undertone.tag;

/// Why a window got no ranking. The constants are published with the tags: they are never renamed.
public enum Abstention {
    /// Too little speech in the window: it was not encoded.
    NO_SPEECH,
    /// Too much of the window is missing audio filled with silence: it was not encoded.
    LOW_COVERAGE,
    /// No prompt of the bank fits and the estimate is uncertain: the model does not know this kind of sound.
    UNCERTAIN,
    /// The encoder failed on this window, also when tried alone.
    ENCODER_FAILED
}

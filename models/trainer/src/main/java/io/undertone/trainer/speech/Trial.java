package io.undertone.trainer.speech;

/// A window that a gate should pass or hold back. Handed on once, never compared.
///
/// @param condition what it is an example of
/// @param source who speaks in it, or the recording it comes from: what intervals are drawn over
/// @param speech whether somebody speaks for at least [#SPOKEN] of it; otherwise nobody does at all
/// @param samples `[windowSamples]`
@SuppressWarnings("ArrayRecordComponent")
record Trial(String condition, String source, boolean speech, float[] samples) {

    /// Twice the usual `gate.min-speech-ratio`: windows between are a matter of opinion.
    static final double SPOKEN = 0.4;
}

package io.undertone.streams;

/// How the tagger ended, as the process tells whoever started it.
public enum ExitCode {
    /// It was asked to stop.
    STOPPED(0),
    /// It cannot go on; the log says why.
    FAILED(1),
    /// The encoder's device cannot be used by this process any more, or a run does not come back: a new process may
    /// well be able to.
    ENCODER_LOST(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /// For [System#exit].
    public int code() {
        return code;
    }
}

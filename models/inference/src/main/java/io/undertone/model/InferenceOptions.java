package io.undertone.model;

/// How the audio encoder runs.
///
/// @param cpuThreads threads that share a batch on the CPU; 0: as many as there are physical cores
/// @param cpuFallback whether `cuda:N` that cannot be made falls back to the CPU, as `auto` does, instead of being an
///     error
public record InferenceOptions(int cpuThreads, boolean cpuFallback) {

    public InferenceOptions {
        if (cpuThreads < 0 || cpuThreads > 1024) {
            throw new IllegalArgumentException("cpuThreads must be in [0, 1024]: " + cpuThreads);
        }
    }

    /// Physical cores, no fallback from a device that was named.
    public static InferenceOptions defaults() {
        return new InferenceOptions(0, false);
    }

    int threads() {
        return cpuThreads == 0 ? OnnxSessions.physicalCores() : cpuThreads;
    }
}

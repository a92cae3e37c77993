package io.undertone.model;

/// How the audio encoder runs.
///
/// @param cpuThreads threads that share a batch on the CPU; 0: as many as there are physical cores
/// @param cpuFallback whether `cuda:N` that cannot be made falls back to the CPU, as `auto` does, instead of being an
///     error
/// @param maxBatch windows of one run at most. The encoder holds the samples of so many windows outside the heap (192
///     KB each for 3 s at 16 kHz), and a GPU the results of every layer for them
/// @param precision in which it computes, on whatever device
public record InferenceOptions(int cpuThreads, boolean cpuFallback, int maxBatch, Precision precision) {

    static final int MAX_BATCH = 32;

    public InferenceOptions {
        if (cpuThreads < 0 || cpuThreads > 1024) {
            throw new IllegalArgumentException("cpuThreads must be in [0, 1024]: " + cpuThreads);
        }
        if (maxBatch < 1 || maxBatch > 1024) {
            throw new IllegalArgumentException("maxBatch must be in [1, 1024]: " + maxBatch);
        }
    }

    /// In float32.
    public InferenceOptions(int cpuThreads, boolean cpuFallback, int maxBatch) {
        this(cpuThreads, cpuFallback, maxBatch, Precision.FLOAT32);
    }

    /// In float32, at most 32 windows a run.
    public InferenceOptions(int cpuThreads, boolean cpuFallback) {
        this(cpuThreads, cpuFallback, MAX_BATCH);
    }

    /// Physical cores, no fallback from a device that was named, at most 32 windows a run, float32.
    public static InferenceOptions defaults() {
        return new InferenceOptions(0, false);
    }

    /// [#cpuThreads], or their number.
    public int threads() {
        return cpuThreads == 0 ? OnnxSessions.physicalCores() : cpuThreads;
    }
}

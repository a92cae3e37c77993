package io.undertone.trainer;

import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/// How the wall time of an epoch is spent: in steps (copying in, forward, backward, optimiser), or waiting for
/// batches. Owned by the training thread.
final class Workload {

    private final LongSupplier nanos;
    private final long started;
    private long busy;
    private long stepStarted;
    private long windows;

    /// @param nanos a clock that only rises
    Workload(LongSupplier nanos) {
        this.nanos = nanos;
        this.started = nanos.getAsLong();
    }

    void stepBegins() {
        stepStarted = nanos.getAsLong();
    }

    void stepEnds(int windowsOfStep) {
        busy += nanos.getAsLong() - stepStarted;
        windows += windowsOfStep;
    }

    private double seconds() {
        return (nanos.getAsLong() - started) / 1e9;
    }

    double windowsPerSecond() {
        return windows / Math.max(1e-9, seconds());
    }

    /// Share of the wall time in steps, in [0, 1].
    double busyShare() {
        return busy / 1e9 / Math.max(1e-9, seconds());
    }

    void addTo(Map<String, Double> measures) {
        measures.put("seconds", round(seconds()));
        measures.put("windowsPerSecond", round(windowsPerSecond()));
        measures.put("busyShare", round(busyShare()));
    }

    /// For the progress bar.
    String toText() {
        return String.format(
                Locale.ROOT, "%.0f windows/s, busy %.0f %%", windowsPerSecond(), Math.min(100, 100 * busyShare()));
    }

    private static double round(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}

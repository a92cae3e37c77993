package io.undertone.deploy.bench;

import io.undertone.model.EncoderGraph;
import io.undertone.model.EncodingException;
import io.undertone.model.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Measures encoders alone, batch by batch. What the device can multiply is measured before and after, since others may
/// use it. Owned by one thread.
final class SweepMeter {

    /// Runs that take longer end the sweep: more windows a second do not come of larger ones.
    private static final Duration LONGEST_RUN = Duration.ofSeconds(3);

    private static final double UNSTEADY = 0.1; // a tenth, about: shares of the limit then mean little

    private final BenchPlan plan;
    private final int mostBatch;
    private final Duration length;
    private final LongSupplier nanoTime;
    private final Consumer<String> warnings;

    /// @param mostBatch where a sweep ends
    /// @param length of each measurement, about
    /// @param nanoTime a clock like [System#nanoTime]
    SweepMeter(BenchPlan plan, int mostBatch, Duration length, LongSupplier nanoTime, Consumer<String> warnings) {
        this.plan = plan;
        this.mostBatch = mostBatch;
        this.length = length;
        this.nanoTime = nanoTime;
        this.warnings = warnings;
    }

    BatchSweep measure(String name, EncoderGraph graph) {
        OptionalLong multiplyAdds = graph.multiplyAdds();
        MatrixRate before = MatrixRate.measure(plan, length, nanoTime);
        List<BatchSweep.Row> rows = new ArrayList<>();
        for (Precision precision : plan.precisions()) {
            rows.addAll(rows(name, graph, precision));
        }
        MatrixRate after = MatrixRate.measure(plan, length, nanoTime);
        if (Math.abs(Math.log(after.float32() / before.float32())) > UNSTEADY) {
            warnings.accept("%s alone: matrices made %.1f and then %.1f billion multiply-adds/s: others use the device"
                    .formatted(name, before.float32() / 1e9, after.float32() / 1e9));
        }
        return new BatchSweep(name, multiplyAdds, MatrixRate.mean(before, after), rows);
    }

    private List<BatchSweep.Row> rows(String name, EncoderGraph graph, Precision precision) {
        List<BatchSweep.Row> rows = new ArrayList<>();
        try (BareMeter meter = BareMeter.open(graph, plan, precision, mostBatch, nanoTime)) {
            for (int batch = 1; batch <= mostBatch; batch *= 2) {
                BatchSweep.Row row = new BatchSweep.Row(precision, batch, meter.windowsPerSecond(batch, length));
                rows.add(row);
                if (row.millis() > LONGEST_RUN.toMillis()) {
                    break;
                }
            }
        } catch (EncodingException e) {
            if (rows.isEmpty() || e.deviceLost()) {
                throw e;
            }
            warnings.accept(
                    name + " alone, " + precision + ": the sweep ends where a batch did not run: " + e.getMessage());
        }
        return rows;
    }
}

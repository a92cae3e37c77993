package io.undertone.deploy.bench;

import io.undertone.model.InferenceDevice;
import io.undertone.model.Precision;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// How many multiplications, each with an addition, a device does in a second in large products of matrices, with as
/// many threads as the encoder has.
///
/// @param float32 as encoders compute
/// @param float16 on a GPU
record MatrixRate(double float32, OptionalDouble float16) {

    static MatrixRate measure(BenchPlan plan, Duration length, LongSupplier nanoTime) {
        return switch (plan.device()) {
            case InferenceDevice.Cpu _, InferenceDevice.Auto _ -> {
                int threads = plan.options(Precision.FLOAT32, 1).threads();
                yield new MatrixRate(rate(MatrixProbe.CPU, threads, plan, length, nanoTime), OptionalDouble.empty());
            }
            case InferenceDevice.Cuda _ ->
                new MatrixRate(
                        rate(MatrixProbe.CUDA, 1, plan, length, nanoTime),
                        OptionalDouble.of(rate(MatrixProbe.CUDA_HALF, 1, plan, length, nanoTime)));
        };
    }

    /// @param batch matrices side by side: one for each thread
    private static double rate(MatrixProbe probe, int batch, BenchPlan plan, Duration length, LongSupplier nanoTime) {
        try (BareMeter meter = BareMeter.open(probe.graph(), plan, Precision.FLOAT32, batch, nanoTime)) {
            return probe.multiplyAdds() * meter.windowsPerSecond(batch, length);
        }
    }

    static MatrixRate mean(MatrixRate one, MatrixRate other) {
        OptionalDouble float16 = one.float16.isPresent() && other.float16.isPresent()
                ? OptionalDouble.of((one.float16.getAsDouble() + other.float16.getAsDouble()) / 2)
                : OptionalDouble.empty();
        return new MatrixRate((one.float32 + other.float32) / 2, float16);
    }
}

package io.undertone.streams.config;

import io.undertone.model.Precision;
import java.time.Duration;

/// How windows meet the encoder.
///
/// @param device `auto`, `cpu` or `cuda:N`
/// @param precision of the encoder; the speech detector computes in float32 whatever this says
/// @param maxBatch windows that are encoded in one run at most; memory of the device grows with it
/// @param linger how long the oldest window waits for others to fill its batch: latency against throughput
/// @param threads that share a batch on the CPU; 0 leaves it to the runtime (the physical cores)
/// @param queueBound windows that wait for the encoder in the whole process at most
/// @param timeout after which a run is taken to hang: the encoder is lost and the process ends
/// @param inFlightPerTask windows of one partition that are submitted and not yet published at most; each holds its
///     samples (192 KB for 3 s at 16 kHz). At the bound the partition is not read on
public record InferenceConfig(
        String device,
        Precision precision,
        int maxBatch,
        Duration linger,
        Duration timeout,
        int threads,
        int queueBound,
        int inFlightPerTask) {

    static final String DEVICE = "auto";
    static final Precision PRECISION = Precision.FLOAT32;
    static final int MAX_BATCH = 32;
    static final Duration LINGER = Duration.ofMillis(10);
    /// Longer than a full batch of a large encoder should take on a CPU, and no longer than a call can wait.
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    static final int THREADS = 0;
    static final int QUEUE_BOUND = 512;
    static final int IN_FLIGHT_PER_TASK = 64;

    public InferenceConfig {
        if (!device.matches("auto|cpu|cuda:\\d{1,2}")) {
            throw new IllegalArgumentException("'inference.device' must be auto, cpu or cuda:N: '" + device + "'");
        }
        Range.check("inference.max-batch", maxBatch, 1, 1024);
        Range.check("inference.linger", linger, Duration.ZERO, Duration.ofSeconds(5));
        Range.check("inference.timeout", timeout, Duration.ofSeconds(1), Duration.ofHours(1));
        Range.check("inference.threads", threads, 0, 1024);
        Range.check("inference.queue-bound", queueBound, maxBatch, 1_000_000);
        Range.check("inference.in-flight-per-task", inFlightPerTask, 1, 1_000_000);
    }

    static InferenceConfig read(Section section) {
        return new InferenceConfig(
                section.text("device", DEVICE),
                section.choice("precision", Precision.class, PRECISION),
                section.integer("max-batch", MAX_BATCH),
                section.duration("linger", LINGER),
                section.duration("timeout", TIMEOUT),
                section.integer("threads", THREADS),
                section.integer("queue-bound", QUEUE_BOUND),
                section.integer("in-flight-per-task", IN_FLIGHT_PER_TASK));
    }
}

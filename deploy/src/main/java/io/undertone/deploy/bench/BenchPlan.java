package io.undertone.deploy.bench;

import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.Precision;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is measured, on what, for how long. Immutable.
///
/// @param bundle folder of the model bundle
/// @param calls side by side while a backlog is drained; live load has as many as the rate wants
/// @param seconds length of each measurement, about
/// @param maxWindows of one backlog at most
/// @param prompts of the bank for everything but the encoder
/// @param precisions of the encoder, at least one: the tagger has the first, a sweep over batches each
/// @param liveShare of the peak that live load has, in (0, 1]
/// @param rampStep calls that begin with each step of the ramp; 0: a tenth of what the encoder alone does
/// @param rampSteps of the ramp at most
/// @param soak length of the steady load; zero: none
/// @param bootstrap of the cluster; empty: a broker in this process
record BenchPlan(
        Path bundle,
        Load load,
        int calls,
        int seconds,
        int maxWindows,
        int prompts,
        double liveShare,
        int rampStep,
        int rampSteps,
        Duration soak,
        Set<Part> parts,
        Guarantee guarantee,
        Duration commitInterval,
        int partitions,
        int streamThreads,
        int encoderThreads,
        int maxBatch,
        InferenceDevice device,
        List<Precision> precisions,
        Optional<String> bootstrap) {

    /// What can be measured by itself.
    enum Part {
        /// A backlog through the bundle's encoder, against the encoder alone.
        PEAK,
        /// Live load at a share of the peak. Wants `PEAK`.
        LATENCY,
        /// A backlog through an encoder that answers at once.
        IDENTITY,
        /// The same with one, two and four times as many calls.
        GROWTH,
        /// Ranking with more and more prompts.
        PROMPTS,
        /// The encoder alone with batches of more and more windows.
        BATCHES,
        /// The same with an encoder of the size of WavLM base.
        WAVLM,
        /// Live load of more and more calls until the tagger does not keep up.
        RAMP
    }

    /// What is measured only when named.
    static final Set<Part> ONLY_NAMED = Set.of(Part.BATCHES, Part.WAVLM, Part.RAMP);

    /// What needs no broker: the encoder or the ranking alone.
    private static final Set<Part> ALONE = Set.of(Part.PROMPTS, Part.BATCHES, Part.WAVLM);

    BenchPlan {
        parts = Set.copyOf(parts);
        precisions = List.copyOf(precisions);
    }

    /// The tagger's.
    Precision precision() {
        return precisions.getFirst();
    }

    InferenceOptions options(Precision precision, int windows) {
        return new InferenceOptions(encoderThreads, false, windows, precision);
    }

    boolean wantsBroker() {
        return !ALONE.containsAll(parts);
    }

    boolean wants(Part part) {
        return parts.contains(part);
    }
}

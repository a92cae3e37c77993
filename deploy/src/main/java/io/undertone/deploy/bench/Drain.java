package io.undertone.deploy.bench;

import io.undertone.deploy.bench.CpuAccount.Owner;
import io.undertone.deploy.bench.StageProfile.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/// What draining a backlog showed, between the moments at which 15 and 95 of 100 tags had been read: before the first
/// caches and compiled code are cold, after the second tasks run dry.
///
/// @param calls side by side
/// @param windows that were tagged while it was measured
/// @param seconds that it took
/// @param encoded windows of them that the encoder saw
/// @param usage of the processor
/// @param stages what the stream threads spent their time on; empty when nothing was sampled
/// @param batches of the whole backlog: how many of each size
/// @param bytesPerTag mean size of a tag
/// @param memory at the end
record Drain(
        int calls,
        long windows,
        double seconds,
        long encoded,
        CpuAccount.Usage usage,
        Map<Stage, Double> stages,
        SortedMap<Integer, Long> batches,
        double bytesPerTag,
        Memory memory) {

    double windowsPerSecond() {
        return windows / seconds;
    }

    double encodedPerSecond() {
        return encoded / seconds;
    }

    /// By the processor's time that the tagger used, all of its threads.
    double windowsPerSecondPerCore() {
        return windows / usage.tagger();
    }

    /// Microseconds of the processor's time for each window, for people: the stages of the stream threads, then the
    /// other threads of the tagger, then what is not the tagger's.
    Map<String, Double> microsPerWindow() {
        Map<String, Double> micros = new LinkedHashMap<>();
        stages.forEach((stage, share) -> micros.put(stage.what(), micros(share * usage.of(Owner.STREAM_THREADS))));
        micros.put("encoder", micros(usage.of(Owner.ENCODER)));
        micros.put("Kafka clients", micros(usage.of(Owner.KAFKA_CLIENTS)));
        micros.put("RocksDB", micros(usage.of(Owner.ROCKSDB)));
        micros.put("garbage collector", micros(usage.taggerAllocation() * usage.of(Owner.COLLECTOR)));
        micros.put("not the tagger's: compiler", micros(usage.of(Owner.COMPILER)));
        micros.put("not the tagger's: broker, reader", micros(usage.rest()));
        return micros;
    }

    private double micros(double ofAll) {
        return 1e6 * ofAll / windows;
    }
}

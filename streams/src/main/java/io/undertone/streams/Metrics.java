package io.undertone.streams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/// The metrics of the process: the tagger's own and, of the hundreds of Kafka Streams, those that say whether it keeps
/// up. Thread safe.
final class Metrics implements AutoCloseable {

    /// By Micrometer's names: `kafka.`, the group without its ending, and the metric.
    private static final Set<String> OF_KAFKA = Set.of(
            "kafka.consumer.fetch.manager.records.lag",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.consumer.coordinator.rebalance.total",
            "kafka.stream.alive.stream.threads",
            "kafka.stream.failed.stream.threads",
            "kafka.stream.thread.commit.latency.avg",
            "kafka.stream.thread.commit.latency.max",
            "kafka.stream.thread.process.latency.max",
            "kafka.stream.thread.punctuate.latency.max",
            "kafka.producer.record.error.total",
            "kafka.producer.record.send.total");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private @Nullable KafkaStreamsMetrics ofStreams;

    Metrics() {
        registry.config().meterFilter(MeterFilter.deny(Metrics::isNoise));
    }

    private static boolean isNoise(Meter.Id id) {
        return id.getName().startsWith("kafka.") && !OF_KAFKA.contains(id.getName());
    }

    MeterRegistry registry() {
        return registry;
    }

    /// @param waiting windows that wait for the encoder
    void watch(InFlight inFlight, IntSupplier waiting) {
        Gauge.builder("undertone.windows.in.flight", inFlight, InFlight::windows)
                .description("windows between cutting and publishing")
                .register(registry);
        Gauge.builder("undertone.encoder.queue", waiting, IntSupplier::getAsInt)
                .description("windows that wait for the encoder")
                .strongReference(true)
                .register(registry);
    }

    /// @param streams before or after its start
    void watch(KafkaStreams streams) {
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        ofStreams = metrics;
    }

    /// In the text format of Prometheus.
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        KafkaStreamsMetrics metrics = ofStreams;
        if (metrics != null) {
            metrics.close();
        }
        registry.close();
    }
}

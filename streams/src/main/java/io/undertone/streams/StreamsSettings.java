package io.undertone.streams;

import io.undertone.streams.config.DeliveryConfig.Guarantee;
import io.undertone.streams.config.KafkaConfig;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// What Kafka is told. Why each value is what it is stands in `docs/operations.md`.
final class StreamsSettings {

    /// An idle thread sleeps this long in the consumer, so it bounds how precise punctuators are.
    static final Duration POLL = Duration.ofMillis(10);

    private StreamsSettings() {}

    static Properties of(UndertoneConfig config) {
        KafkaConfig kafka = config.kafka();
        Map<String, Object> settings = new HashMap<>();
        settings.put(StreamsConfig.POLL_MS_CONFIG, POLL.toMillis());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 200);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
        settings.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordDates.class);
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put("processing.exception.handler.global.enabled", true);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                TaggingTopology.maxRecordBytes(config.windowing().maxPayloadBytes()));
        settings.putAll(kafka.clientProperties());

        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, kafka.applicationId());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, kafka.streamThreads());
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, kafka.replicationFactor());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                config.delivery().commitInterval().toMillis());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee(config));
        if (config.delivery().guarantee() == Guarantee.EXACTLY_ONCE) {
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                    config.delivery().transactionTimeout().toMillis());
        }
        int session =
                (int) kafka.sessionTimeout().orElse(SessionTimeout.EVERYWHERE).toMillis();
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / 6);
        kafka.groupInstanceId()
                .ifPresent(id ->
                        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    /// What an admin client needs to reach the same brokers.
    static Map<String, Object> adminSettings(UndertoneConfig config) {
        Map<String, Object> settings = new HashMap<>(config.kafka().clientProperties());
        settings.keySet().removeIf(name -> name.matches("(main\\.consumer|restore\\.consumer|consumer|producer)\\..*"));
        settings.put(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrapServers());
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    private static String guarantee(UndertoneConfig config) {
        return switch (config.delivery().guarantee()) {
            case EXACTLY_ONCE -> StreamsConfig.EXACTLY_ONCE_V2;
            case AT_LEAST_ONCE -> StreamsConfig.AT_LEAST_ONCE;
        };
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamsSettingsTest {

    @Test
    void shouldTellKafkaThis() {
        assertThat(StreamsSettings.of(UndertoneConfig.parse("bundle: b\nstate-dir: /s", "test")))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("bootstrap.servers", "localhost:9092"),
                        Map.entry("application.id", "undertone"),
                        Map.entry("num.stream.threads", 2),
                        Map.entry("replication.factor", -1),
                        Map.entry("state.dir", "/s"),
                        Map.entry("processing.guarantee", "exactly_once_v2"),
                        Map.entry("commit.interval.ms", 50L),
                        Map.entry("poll.ms", 10L),
                        Map.entry("statestore.cache.max.bytes", 0),
                        Map.entry("buffered.records.per.partition", 200),
                        Map.entry("rocksdb.config.setter", SmallStores.class),
                        Map.entry("enable.metrics.push", false),
                        Map.entry("processing.exception.handler.global.enabled", true),
                        Map.entry("producer.linger.ms", 5),
                        Map.entry("default.timestamp.extractor", RecordDates.class),
                        Map.entry("producer.max.request.size", (1 << 20) + (64 << 10)),
                        Map.entry("producer.transaction.timeout.ms", 5000),
                        Map.entry("main.consumer.session.timeout.ms", 6000),
                        Map.entry("main.consumer.heartbeat.interval.ms", 1000)));
    }

    @Test
    void shouldLetTheFileOfSecretsWinAndPassTheRestThrough(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("kafka.properties"), "sasl.jaas.config=secret\n");

        var settings = StreamsSettings.of(UndertoneConfig.parse("""
            bundle: b
            kafka:
              group-instance-id: tagger-0
              properties: {sasl.jaas.config: open, security.protocol: SASL_SSL, producer.linger.ms: 1}
              properties-file: %s
            delivery: {guarantee: at-least-once}
            """.formatted(secrets), "test"));

        assertThat(settings)
                .containsEntry("sasl.jaas.config", "secret")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("producer.linger.ms", "1")
                .containsEntry("main.consumer.group.instance.id", "tagger-0")
                .containsEntry("processing.guarantee", "at_least_once")
                .doesNotContainKey("producer.transaction.timeout.ms");
    }

    @Test
    void shouldReachTheSameBrokersWithTheAdminClient() {
        assertThat(StreamsSettings.adminSettings(UndertoneConfig.parse("""
            bundle: b
            kafka: {properties: {security.protocol: SSL, producer.linger.ms: 1}}
            """, "test")))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "localhost:9092")
                .doesNotContainKey("producer.linger.ms");
    }

    @Test
    void shouldRefuseASettingInTheFileOfSecretsThatHasAKeyOfItsOwn(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("kafka.properties"), "application.id=other\n");
        UndertoneConfig config =
                UndertoneConfig.parse("bundle: b\nkafka: {properties-file: %s}".formatted(secrets), "test");

        assertThatThrownBy(() -> StreamsSettings.of(config))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must not set 'application.id': use 'kafka.application-id'");
    }
}

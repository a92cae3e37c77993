package io.undertone.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Precision;
import io.undertone.schemas.Role;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import io.undertone.streams.config.GateConfig.Detector;
import io.undertone.streams.config.GateConfig.SilentWindows;
import io.undertone.streams.config.PolicyConfig.Consent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UndertoneConfigTest {

    @Test
    void shouldKeepItsDefaults() {
        UndertoneConfig config = UndertoneConfig.parse("bundle: compact", "test.yaml");

        assertThat(config.kafka())
                .isEqualTo(new KafkaConfig(
                        "localhost:9092",
                        "undertone",
                        2,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(60),
                        -1,
                        Map.of(),
                        Optional.empty()));
        assertThat(config.schemaRegistry()).isEqualTo(new RegistryConfig(Optional.empty(), Map.of(), Optional.empty()));
        assertThat(config.topicPrefix()).isEmpty();
        assertThat(config.bundle()).isEqualTo(Path.of("compact"));
        assertThat(config.bundleWatch()).isEmpty();
        assertThat(config.prompts()).isEmpty();
        assertThat(config.promptBank()).isEqualTo("default");
        assertThat(config.inference())
                .isEqualTo(new InferenceConfig(
                        "auto", Precision.FLOAT32, 32, Duration.ofMillis(10), Duration.ofMinutes(1), 0, 512, 64));
        assertThat(config.windowing())
                .isEqualTo(new WindowingConfig(
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        1 << 20,
                        Duration.ofSeconds(30),
                        10_000,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(10)));
        assertThat(config.gate()).isEqualTo(new GateConfig(0.2, 0.5, Detector.AUTO, true, SilentWindows.TAG));
        assertThat(config.ranking()).isEqualTo(new RankingConfig(64));
        assertThat(config.policy())
                .isEqualTo(new PolicyConfig(Set.of(Role.CUSTOMER), true, Consent.ASSUMED, Duration.ofHours(24)));
        assertThat(config.summaries()).isEqualTo(new SummaryConfig(Duration.ofSeconds(10)));
        assertThat(config.alerts()).isEmpty();
        assertThat(config.retrainingFeed()).isEqualTo(new RetrainingFeedConfig(false, 1, Duration.ofDays(32)));
        assertThat(config.delivery())
                .isEqualTo(new DeliveryConfig(Guarantee.EXACTLY_ONCE, Duration.ofMillis(50), Duration.ofSeconds(5)));
        assertThat(config.http()).isEqualTo(new HttpConfig("0.0.0.0", Optional.empty()));
        assertThat(config.stateDir()).isEqualTo(Path.of(System.getProperty("user.home"), ".undertone", "state"));
    }

    @Test
    void shouldReadEveryKey(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("undertone.yaml"), """
            kafka:
              bootstrap-servers: a:1,b:2
              application-id: eu.tagger
              stream-threads: 4
              group-instance-id: tagger-0
              session-timeout: 10s
              connect-timeout: 5m
              replication-factor: 3
              properties:
                security.protocol: SASL_SSL
                consumer.max.poll.records: 200
              properties-file: secret.properties
            schema-registry:
              url: http://registry:8081
              properties:
                basic.auth.user.info: me
            topics: {prefix: eu-}
            bundle: bundles/compact
            bundle-watch: 30s
            prompts: prompts.json
            prompt-bank: support
            inference:
              device: cuda:1
              precision: float16
              max-batch: 64
              linger: 5ms
              timeout: 20s
              threads: 3
              queue-bound: 1000
              in-flight-per-task: 128
            windowing:
              hop: 500ms
              grace: 3s
              max-payload-bytes: 4096
              max-filled-gap: 10s
              max-sequence-jump: 100
              gap-timeout: 4s
              idle-timeout: 1m
              remember-finished: 1h
            gate:
              min-speech-ratio: 0.1
              min-coverage: 0.25
              detector: energy
              abstain-uncertain: false
              silent-windows: skip
            ranking: {max-prompts: 100}
            policy:
              scored-roles: [CUSTOMER, unknown]
              require-notice: false
              consent: required
              remember-calls: 2h
            summaries: {every: 30s}
            alerts:
              - name: losing-patience
                prompt: patience
                strength: 0.9
              - name: upset
                max-valence: -0.4
                min-arousal: 0.4
                margin: 0.2
                for: 5s
                ends-after-silence: 20s
                cool-down: 2m
            retraining-feed: {enabled: true, share: 0.1, remember: 10d}
            delivery:
              guarantee: at-least-once
              commit-interval: 20ms
              transaction-timeout: 8s
            http: {address: 127.0.0.1, port: 9400}
            state-dir: /var/lib/undertone
            """);

        UndertoneConfig config = UndertoneConfig.read(file);

        assertThat(config)
                .isEqualTo(new UndertoneConfig(
                        new KafkaConfig(
                                "a:1,b:2",
                                "eu.tagger",
                                4,
                                Optional.of("tagger-0"),
                                Optional.of(Duration.ofSeconds(10)),
                                Duration.ofMinutes(5),
                                3,
                                Map.of("security.protocol", "SASL_SSL", "consumer.max.poll.records", "200"),
                                Optional.of(Path.of("secret.properties"))),
                        new RegistryConfig(
                                Optional.of("http://registry:8081"),
                                Map.of("basic.auth.user.info", "me"),
                                Optional.empty()),
                        "eu-",
                        Path.of("bundles/compact"),
                        Optional.of(Duration.ofSeconds(30)),
                        Optional.of(Path.of("prompts.json")),
                        "support",
                        new InferenceConfig(
                                "cuda:1",
                                Precision.FLOAT16,
                                64,
                                Duration.ofMillis(5),
                                Duration.ofSeconds(20),
                                3,
                                1000,
                                128),
                        new WindowingConfig(
                                Optional.of(Duration.ofMillis(500)),
                                Duration.ofSeconds(3),
                                4096,
                                Duration.ofSeconds(10),
                                100,
                                Duration.ofSeconds(4),
                                Duration.ofMinutes(1),
                                Duration.ofHours(1)),
                        new GateConfig(0.1, 0.25, Detector.ENERGY, false, SilentWindows.SKIP),
                        new RankingConfig(100),
                        new PolicyConfig(
                                Set.of(Role.CUSTOMER, Role.UNKNOWN), false, Consent.REQUIRED, Duration.ofHours(2)),
                        new SummaryConfig(Duration.ofSeconds(30)),
                        List.of(
                                new AlertRule(
                                        "losing-patience",
                                        new AlertRule.Prompt("patience", 0.9, 0.8),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(1)),
                                new AlertRule(
                                        "upset",
                                        new AlertRule.Region(-1, -0.4, 0.4, 1, 0.2),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(20),
                                        Duration.ofMinutes(2))),
                        new RetrainingFeedConfig(true, 0.1, Duration.ofDays(10)),
                        new DeliveryConfig(Guarantee.AT_LEAST_ONCE, Duration.ofMillis(20), Duration.ofSeconds(8)),
                        new HttpConfig("127.0.0.1", Optional.of(9400)),
                        Path.of("/var/lib/undertone")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        inference: {max-batchs: 3}          | test.yaml:2: unknown key 'inference.max-batchs'; known here: device, in-flight-per-task, linger, max-batch, precision, queue-bound, threads, timeout
        infrence: {max-batch: 3}            | test.yaml:2: unknown key 'infrence'
        policy: {require-notices: true}     | test.yaml:2: unknown key 'policy.require-notices'
        alerts: {name: a}                   | test.yaml:2: 'alerts' must be a list ('- key: value')
        'alerts: [{name: a, prompt: b}]'    | test.yaml:2: key 'alerts.strength' is missing
        'alerts: [{name: a}]'               | test.yaml:2: a rule of 'alerts' must have 'prompt', or a bound
        'alerts: [{name: a, prompt: b, strength: 0.5, release: 0.6}]' | test.yaml:2: 'alerts.release' must be at most 'alerts.strength' (0.5): 0.6
        'alerts: [{name: a, min-valence: 2}]' | test.yaml:2: 'alerts.min-valence' and 'alerts.max-valence' must be in [-1, 1]
        'alerts: [{name: a, min-arousal: 0.5, loud: 1}]' | test.yaml:2: unknown key 'alerts.loud'
        'alerts: [{name: a, min-arousal: 0}, {name: a, min-valence: 0}]' | 'alerts.name' must be unique: 'a'
        retraining-feed: {share: 1.1}       | test.yaml:2: 'retraining-feed.share' must be in [0, 1]: 1.1
        retraining-feed: {remember: 1h}     | test.yaml:2: 'retraining-feed.remember' must be in [86400s, 34560000s]: 3600s
        policy: {consent: maybe}            | test.yaml:2: 'policy.consent' must be one of required, assumed: 'maybe'
        inference: {max-batch: 0}           | test.yaml:2: 'inference.max-batch' must be in [1, 1024]: 0
        inference: {max-batch: many}        | test.yaml:2: 'inference.max-batch' must be a whole number: 'many'
        inference: {linger: 10}             | test.yaml:2: 'inference.linger' must be a duration such as 200ms, 2s, 5m or 1h: '10'
        inference: {linger: 6s}             | test.yaml:2: 'inference.linger' must be in [0s, 5s]: 6s
        inference: {device: gpu}            | test.yaml:2: 'inference.device' must be auto, cpu or cuda:N: 'gpu'
        inference: {precision: int8}        | test.yaml:2: 'inference.precision' must be one of float32, float16: 'int8'
        inference: fast                     | test.yaml:2: 'inference' must hold keys and values
        inference: {device: [cpu]}          | test.yaml:2: 'inference.device' must be a single value
        delivery: {guarantee: maybe}        | test.yaml:2: 'delivery.guarantee' must be one of exactly-once, at-least-once: 'maybe'
        delivery: {commit-interval: 2s}     | test.yaml:2: 'delivery.transaction-timeout' must be at least four times 'delivery.commit-interval' (2000ms): 5000ms
        ranking: {max-prompts: 0}           | test.yaml:2: 'ranking.max-prompts' must be in [1, 4096]: 0
        gate: {min-coverage: 1.5}           | test.yaml:2: 'gate.min-coverage' must be in [0, 1]: 1.5
        gate: {abstain-uncertain: maybe}    | test.yaml:2: 'gate.abstain-uncertain' must be true or false: 'maybe'
        policy: {scored-roles: [boss]}      | test.yaml:2: 'policy.scored-roles' must be a list out of one of customer, agent, unknown, mixed: 'boss'
        policy: {scored-roles: []}          | test.yaml:2: 'policy.scored-roles' must name at least one role
        topics: {prefix: 'eu/'}             | test.yaml:1: 'topics.prefix' must be letters, digits, '.', '_' or '-': 'eu/'
        kafka: {properties: {application.id: x}} | test.yaml:2: 'kafka.properties' must not set 'application.id': use 'kafka.application-id'
        kafka: {properties: {consumer.session.timeout.ms: 1}} | use 'kafka.session-timeout'
        bundle-watch: 10ms                  | test.yaml:1: 'bundle-watch' must be in [100ms, 86400s]: 10ms
        bundle: twice                       | test.yaml:2: key 'bundle' stands there twice
        """)
    void shouldNameKeyAndLineOfWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> UndertoneConfig.parse("bundle: b\n" + line, "test.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldNameTheKeyThatHasNoDefault() {
        assertThatThrownBy(() -> UndertoneConfig.parse("", "test.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("test.yaml: key 'bundle' is missing and has no default");
    }

    @Test
    void shouldSayWhereYamlIsBroken() {
        assertThatThrownBy(() -> UndertoneConfig.parse("bundle: b\nkafka: [1, 2\n", "test.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("test\\.yaml:[23]: not YAML: .*");
    }

    @Test
    void shouldSayThatTheFileIsMissing() {
        assertThatThrownBy(() -> UndertoneConfig.read(Path.of("no", "such.yaml")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void shouldNotShowSecrets() {
        UndertoneConfig config = UndertoneConfig.parse("""
            bundle: b
            kafka: {properties: {sasl.jaas.config: hunter2}}
            schema-registry: {properties: {basic.auth.user.info: hunter2}}
            """, "test.yaml");

        assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("hunter2");
    }

    @Test
    void shouldLetTheSecretsFileWinOverTheProperties(@TempDir Path folder) throws IOException {
        Path secrets = Files.writeString(folder.resolve("r.properties"), "basic.auth.user.info=me:secret\n");
        RegistryConfig registry = new RegistryConfig(
                Optional.of("http://r"), Map.of("basic.auth.user.info", "x", "other", "y"), Optional.of(secrets));

        assertThat(registry.serdeConfig())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("schema.registry.url", "http://r", "basic.auth.user.info", "me:secret", "other", "y"));
    }
}

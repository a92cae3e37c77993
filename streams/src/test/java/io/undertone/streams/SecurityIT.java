package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.cli.CommandLineResult;
import io.undertone.streams.config.UndertoneConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways to log in to a cluster, with ordinary Kafka properties, on a real broker. What is said when it fails is
/// tried
/// by [SecurityFaults].
@Timeout(240)
final class SecurityIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir
    static Path folder;

    private static SecurityHarness harness;

    @BeforeAll
    static void start() throws Exception {
        harness = SecurityHarness.start(folder);
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS", "MTLS", "SCRAM", "OAUTH"})
    void shouldTagACallAndLogNoSecretThrough(String listener) throws Exception {
        Topics topics = harness.createTopics(listener);
        String servers = harness.secure().broker().bootstrapServers();
        UndertoneConfig config =
                UndertoneConfig.read(harness.config(listener, listener, harness.properties(listener), Map.of()));

        try (LoggedText logged = LoggedText.open();
                TagReader reader = new TagReader(servers, topics)) {
            try (TaggerApplication tagger = TaggerApplication.start(config)) {
                new CallTraffic(1, 4, 1).send(servers, topics, Duration.ZERO);
                reader.readUntil(2, PATIENCE);

                assertThat(reader.last().getWindowIndex()).isEqualTo(1);
                assertThat(tagger.counters().tags()).isGreaterThanOrEqualTo(2);
            }
            assertThat(logged.text() + config)
                    .contains("ssl.truststore.location")
                    .doesNotContain(SecurityHarness.SECRETS);
        }
    }

    @Test
    void shouldSayItAlsoWhenACommandIsRefused() throws Exception {
        Map<String, String> wrongPassword = harness.secure().client("SCRAM");
        wrongPassword.put("sasl.jaas.config", SecureBroker.scramLogin(SecureBroker.USER, SecurityHarness.WRONG));
        Path config = harness.config("refused-command", "SCRAM", wrongPassword, Map.of());

        CommandLineResult result = CommandLineResult.of("watch", "--config", config.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.printed().lines())
                .singleElement()
                .asString()
                .startsWith("undertone: the Kafka broker at 127.0.0.1:")
                .contains("refused the login");
    }

    @Test
    void shouldAskARegistryOverTlsAndSayWhyItCannot() throws Exception {
        HttpsServer registry = harness.registry();
        try {
            Map<String, String> client = harness.registryClient(registry);
            client.put("schema.registry.url", client.remove("url"));
            AvroSerdes.of(client).check();

            Map<String, String> locked = new HashMap<>(client);
            locked.put("schema.registry.ssl.truststore.password", SecurityHarness.WRONG);
            assertThatThrownBy(() -> AvroSerdes.of(locked))
                    .hasMessageContaining("schema.registry.ssl.* cannot be used")
                    .hasMessageContaining("trusts-broker.p12")
                    .hasMessageNotContaining(SecurityHarness.WRONG);
            client.keySet().removeIf(name -> name.contains(".ssl."));
            assertThatThrownBy(() -> AvroSerdes.of(client).check())
                    .hasMessageContaining("no TLS connection to schema registry https://127.0.0.1")
                    .hasMessageContaining("schema.registry.ssl.truststore.location");
        } finally {
            registry.stop(0);
        }
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsServer;
import io.undertone.streams.cli.CommandLineResult;
import io.undertone.streams.config.UndertoneConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What is said when a broker refuses us or the settings cannot be used, and that no secret is printed then either.
@Timeout(600)
final class SecurityFaults {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
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

    @Test
    void shouldSayWhyTheBrokerRefusesUs() throws Exception {
        Map<String, String> wrongPassword = harness.secure().client("SCRAM");
        wrongPassword.put("sasl.jaas.config", SecureBroker.scramLogin(SecureBroker.USER, SecurityHarness.WRONG));
        Map<String, String> untrusted = harness.secure().client("TLS");
        untrusted.put(
                "ssl.truststore.location",
                harness.secure().certificates().trustsTagger().toString());
        Map<String, String> stranger = harness.secure().client("MTLS");
        stranger.put(
                "ssl.keystore.location",
                harness.secure().certificates().broker().toString());
        Map<String, String> wrongSecret = harness.secure().client("OAUTH");
        wrongSecret.put(SecureBroker.OAUTH_SECRET, SecurityHarness.WRONG);
        Map<String, String> lockedStore = harness.secure().client("TLS");
        lockedStore.put("ssl.truststore.password", SecurityHarness.WRONG);
        Map<String, String> unquoted = harness.secure().client("SCRAM");
        unquoted.put(
                "sasl.jaas.config",
                "a.Login required password=" + SecurityHarness.WRONG + " " + SecurityHarness.WRONG + ";");

        assertRefused("SCRAM", wrongPassword, "refused the login: Authentication failed", "SCRAM-SHA-512");
        assertRefused("TLS", untrusted, "its certificate is not trusted", "ssl.truststore.location");
        assertRefused("MTLS", harness.secure().client("TLS"), "it wants a client certificate that it trusts");
        assertRefused("MTLS", stranger, "it wants a client certificate that it trusts");
        assertRefused("OAUTH", wrongSecret, "the settings in kafka.properties cannot be used", "401");
        assertRefused("TLS", lockedStore, "the settings in kafka.properties cannot be used", "trusts-broker.p12");
        assertRefused("SCRAM", unquoted, "sasl.jaas.config must be 'CLASS required key=\"value\" ...;'");
        assertRefused("SCRAM", Map.of(), "does it speak PLAINTEXT (security.protocol in kafka.properties)?");
    }

    private static void assertRefused(String listener, Map<String, String> properties, String... says)
            throws Exception {
        Path config = harness.config("refused", listener, properties, Map.of());

        CommandLineResult result = CommandLineResult.of("run", "--config", config.toString());

        assertThat(result.exitCode()).as(result.printed()).isEqualTo(1);
        assertThat(result.printed().lines())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("undertone: ").contains(says));
        assertThat(result.printed()).doesNotContain(SecurityHarness.WRONG);
    }

    @Test
    void shouldNeverPrintASecret() throws Exception {
        harness.createTopics("hidden");
        HttpsServer registry = harness.registry();
        LoggedText logged = LoggedText.open();
        List<String> printed = new ArrayList<>();
        try {
            Path config = harness.config(
                    "hidden", "SCRAM", harness.secure().client("SCRAM"), harness.registryClient(registry));
            try (TaggerApplication tagger = TaggerApplication.start(UndertoneConfig.read(config))) {
                assertThat(tagger.awaitRunning(PATIENCE)).isTrue();
                printed.add(UndertoneConfig.read(config).toString());
                for (String command : List.of("doctor", "topics")) {
                    printed.add(CommandLineResult.of(command, "--config", config.toString())
                            .printed());
                }
                printed.add(CommandLineResult.of("prompts", "list", "--json", "--config", config.toString())
                        .printed());
            }
            for (String mechanism : List.of("MTLS", "OAUTH", "SCRAM")) {
                Map<String, String> properties = harness.secure().client(mechanism);
                properties.computeIfPresent(
                        "sasl.jaas.config", (_, login) -> login.replace("4711", "4711-" + SecurityHarness.WRONG));
                properties.computeIfPresent("ssl.keystore.password", (_, _) -> SecurityHarness.WRONG);
                properties.computeIfPresent(SecureBroker.OAUTH_SECRET, (_, _) -> SecurityHarness.WRONG);
                Path wrong = harness.config("hidden", mechanism, properties, Map.of());
                printed.add(CommandLineResult.of("run", "--stacktrace", "--config", wrong.toString())
                        .printed());
                printed.add(CommandLineResult.of("doctor", "--config", wrong.toString())
                        .printed());
            }
            Path broken = Files.writeString(
                    harness.folder().resolve("broken.yaml"),
                    Files.readString(config) + "\n  [" + SecurityHarness.WRONG);
            printed.add(CommandLineResult.of("run", "--stacktrace", "--config", broken.toString())
                    .printed());
        } finally {
            logged.close();
            registry.stop(0);
        }

        assertThat(printed).allSatisfy(text -> assertThat(text).isNotBlank());
        assertThat(String.join("\n", printed) + logged.text())
                .contains("[hidden]", "sasl.jaas.config", "registry")
                .doesNotContain(SecurityHarness.SECRETS);
    }
}

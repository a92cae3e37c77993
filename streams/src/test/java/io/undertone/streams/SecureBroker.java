package io.undertone.streams;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A broker with a listener for each way to log in, the certificates and the authorization server that go with it, and
/// what a client writes in its properties for each of them.
///
/// | listener | security |
/// | --- | --- |
/// | `TLS` | TLS, the client is nobody |
/// | `MTLS` | TLS, the client must show a certificate |
/// | `SCRAM` | SASL_SSL, SCRAM-SHA-512 |
/// | `OAUTH` | SASL_SSL, OAUTHBEARER: a signed token from an authorization server |
///
/// @param folder for secrets, with a file for each
record SecureBroker(TestBroker broker, TestCertificates certificates, TestTokenServer tokens, Path folder)
        implements AutoCloseable {

    static final String USER = "undertone";
    static final List<String> USERS = Stream.of(
                    "", "-gateway", "-analyst", "-editor", "-eraser", "-labeller", "-trainer", "-rescorer")
            .map(USER::concat)
            .toList();
    /// Of every user.
    static final String SCRAM_PASSWORD = "scram-password-4711";
    static final String OAUTH_SECRET = "sasl.oauthbearer.client.credentials.client.secret";
    /// Kafka asks no URL for a token, and reads no key from one, that this system property does not name.
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    /// @param folder empty
    /// @param more settings of the broker
    static SecureBroker start(Path folder, Map<String, String> more) throws Exception {
        Files.createDirectories(folder);
        TestCertificates certificates = TestCertificates.make(folder.resolve("certificates"));
        TestTokenServer tokens = TestTokenServer.start(folder);
        System.setProperty(ALLOWED_URLS, tokens.tokenUrl() + "," + tokens.jwksUrl());
        Map<String, String> settings = new HashMap<>(more);
        settings.put("ssl.keystore.location", certificates.broker().toString());
        settings.put("ssl.keystore.password", TestCertificates.PASSWORD);
        settings.put("ssl.truststore.location", certificates.trustsTagger().toString());
        settings.put("ssl.truststore.password", TestCertificates.PASSWORD);
        settings.put("listener.name.mtls.ssl.client.auth", "required");
        settings.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        String oauth = "listener.name.oauth.";
        settings.put(oauth + "sasl.enabled.mechanisms", "OAUTHBEARER");
        settings.put(
                oauth + "oauthbearer.sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
        settings.put(
                oauth + "oauthbearer.sasl.server.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
        settings.put(oauth + "sasl.oauthbearer.jwks.endpoint.url", tokens.jwksUrl());
        settings.put(oauth + "sasl.oauthbearer.expected.audience", TestTokenServer.AUDIENCE);
        settings.put(oauth + "sasl.oauthbearer.expected.issuer", TestTokenServer.ISSUER);
        TestBroker broker = TestBroker.start(
                folder.resolve("broker"),
                new TestBroker.Security(
                        Map.of("TLS", "SSL", "MTLS", "SSL", "SCRAM", "SASL_SSL", "OAUTH", "SASL_SSL"),
                        settings,
                        USERS.stream()
                                .map(user -> "SCRAM-SHA-512=[name=" + user + ",password=" + SCRAM_PASSWORD + "]")
                                .toList()));
        return new SecureBroker(broker, certificates, tokens, folder);
    }

    /// Properties of a client, with all secrets spelled out.
    Map<String, String> client(String listener) {
        Map<String, String> client = new HashMap<>();
        client.put("security.protocol", listener.endsWith("TLS") ? "SSL" : "SASL_SSL");
        client.put("ssl.truststore.location", certificates.trustsBroker().toString());
        client.put("ssl.truststore.password", TestCertificates.PASSWORD);
        switch (listener) {
            case "TLS" -> {}
            case "MTLS" -> {
                client.put("ssl.keystore.location", certificates.tagger().toString());
                client.put("ssl.keystore.password", TestCertificates.PASSWORD);
            }
            case "SCRAM" -> {
                client.put("sasl.mechanism", "SCRAM-SHA-512");
                client.put("sasl.jaas.config", scramLogin(USER, SCRAM_PASSWORD));
            }
            case "OAUTH" -> {
                client.put("sasl.mechanism", "OAUTHBEARER");
                client.put(
                        "sasl.login.callback.handler.class",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
                client.put("sasl.oauthbearer.token.endpoint.url", tokens.tokenUrl());
                client.put(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
                client.put("sasl.oauthbearer.client.credentials.client.id", TestTokenServer.CLIENT_ID);
                client.put(OAUTH_SECRET, TestTokenServer.CLIENT_SECRET);
            }
            default -> throw new IllegalArgumentException(listener);
        }
        return client;
    }

    /// Properties of the listener `SCRAM`, for another user.
    Map<String, String> scramClient(String user) {
        Map<String, String> client = client("SCRAM");
        client.put("sasl.jaas.config", scramLogin(user, SCRAM_PASSWORD));
        return client;
    }

    static String scramLogin(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    @Override
    public void close() {
        broker.close();
        tokens.close();
        System.clearProperty(ALLOWED_URLS);
    }
}

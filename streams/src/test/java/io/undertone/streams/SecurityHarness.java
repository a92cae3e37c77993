package io.undertone.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.undertone.model.TestBundles;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;

/// A broker with a listener for each way to log in, configurations of taggers for them, and a registry over TLS.
///
/// @param trustPassword a file that holds the password of all stores, in a folder of its own
record SecurityHarness(SecureBroker secure, Path folder, Path trustPassword) implements AutoCloseable {

    static final String WRONG = "wrong-password-0815";
    /// What must be printed nowhere.
    static final List<String> SECRETS = List.of(
            TestCertificates.PASSWORD,
            SecureBroker.SCRAM_PASSWORD,
            TestTokenServer.CLIENT_SECRET,
            SecurityHarness.REGISTRY_PASSWORD,
            WRONG);

    private static final String REGISTRY_PASSWORD = "registry-password-4711";

    static SecurityHarness start(Path folder) throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        return new SecurityHarness(
                SecureBroker.start(folder.resolve("secure"), Map.of()),
                folder,
                Files.writeString(mounted.resolve("truststore.password"), TestCertificates.PASSWORD));
    }

    Topics createTopics(String name) throws Exception {
        Topics topics = Topics.defaults().withPrefix(name + "-").withCallPartitions(2);
        secure.broker().createTopics(topics);
        return topics;
    }

    /// A configuration file; what has no variable in it stands in the file of secrets.
    Path config(String name, String listener, Map<String, String> properties, Map<String, String> registry)
            throws IOException {
        Map<String, String> open = new HashMap<>(properties);
        Map<String, String> secrets = new HashMap<>();
        if (!properties.containsKey("config.providers") && listener.equals("SCRAM")) {
            secrets.putAll(properties);
            open.clear();
        }
        StringBuilder yaml = new StringBuilder("kafka:\n");
        yaml.append("  bootstrap-servers: ").append(secure.broker().bootstrapServers(listener));
        yaml.append("\n  application-id: ").append(name).append("-tagger\n  connect-timeout: 3s\n  properties:\n");
        append(yaml, open);
        yaml.append("  properties-file: ").append(write(folder.resolve(name + ".properties"), secrets));
        if (!registry.isEmpty()) {
            Map<String, String> rest = new HashMap<>(registry);
            yaml.append("\nschema-registry:\n  url: ").append(rest.remove("url"));
            yaml.append("\n  properties:\n");
            append(yaml, rest);
        }
        yaml.append("""

            topics: {prefix: %s-}
            bundle: %s
            inference: {device: cpu}
            gate: {min-speech-ratio: 0, abstain-uncertain: false}
            policy: {require-notice: false}
            state-dir: %s
            """.formatted(name, TestBundles.tiny(), folder.resolve(name + "-state")));
        return Files.writeString(folder.resolve(name + ".yaml"), yaml);
    }

    private static void append(StringBuilder yaml, Map<String, String> properties) {
        properties.forEach((key, value) -> yaml.append("    ")
                .append(key)
                .append(": '")
                .append(value.replace("'", "''"))
                .append("'\n"));
    }

    private static Path write(Path file, Map<String, String> values) throws IOException {
        Properties properties = new Properties();
        properties.putAll(values);
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file;
    }

    /// Each has its secrets in another place.
    Map<String, String> properties(String listener) throws Exception {
        Map<String, String> client = secure.client(listener);
        switch (listener) {
            case "TLS" -> { // a mounted folder, a file for each secret
                client.put("config.providers", "dir");
                client.put(
                        "config.providers.dir.class",
                        "org.apache.kafka.common.config.provider.DirectoryConfigProvider");
                client.put("ssl.truststore.password", "${dir:" + trustPassword.getParent() + ":truststore.password}");
            }
            case "MTLS" -> { // keys and certificates as PEM
                client.keySet().removeIf(name -> name.endsWith(".password"));
                client.put("ssl.keystore.type", "PEM");
                client.put(
                        "ssl.keystore.location",
                        secure.certificates().taggerAsPem().toString());
                client.put("ssl.truststore.type", "PEM");
                client.put(
                        "ssl.truststore.location",
                        secure.certificates().brokerCertificateAsPem().toString());
            }
            case "OAUTH" -> { // a file of properties, for one value
                Path secrets =
                        write(folder.resolve("oauth.properties"), Map.of("oauth", TestTokenServer.CLIENT_SECRET));
                client.put("config.providers", "file");
                client.put("config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
                client.put(SecureBroker.OAUTH_SECRET, "${file:" + secrets + ":oauth}");
            }
            default -> {} // config() writes kafka.properties-file
        }
        return client;
    }

    /// Has no subjects and takes every schema, from whoever shows the client's certificate.
    HttpsServer registry() throws Exception {
        HttpsServer registry = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.setHttpsConfigurator(
                new HttpsConfigurator(secure.certificates().brokerContext()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        AtomicInteger ids = new AtomicInteger();
        registry.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                boolean registers = exchange.getRequestMethod().equals("POST");
                byte[] answer = (registers ? "{\"id\":" + ids.incrementAndGet() + "}" : "[]").getBytes(UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        registry.start();
        return registry;
    }

    /// For the registry, with every secret that there is.
    Map<String, String> registryClient(HttpServer registry) {
        Map<String, String> client = new HashMap<>();
        client.put("url", "https://127.0.0.1:" + registry.getAddress().getPort());
        client.put("basic.auth.user.info", "undertone:" + REGISTRY_PASSWORD);
        String ssl = "schema.registry.ssl.";
        client.put(
                ssl + "truststore.location",
                secure.certificates().trustsBroker().toString());
        client.put(ssl + "truststore.password", TestCertificates.PASSWORD);
        client.put(ssl + "keystore.location", secure.certificates().tagger().toString());
        client.put(ssl + "keystore.password", TestCertificates.PASSWORD);
        return client;
    }

    @Override
    public void close() {
        secure.close();
    }
}

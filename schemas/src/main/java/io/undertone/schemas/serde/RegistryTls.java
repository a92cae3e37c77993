package io.undertone.schemas.serde;

import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/// TLS towards the registry by the settings that Kafka's clients take: PKCS12, JKS and PEM, locations and passwords.
final class RegistryTls {

    private static final ConfigDef SETTINGS = new ConfigDef().withClientSslSupport();

    private RegistryTls() {}

    /// @param settings `ssl.truststore.location` and so on, see [SslConfigs]
    /// @throws ConfigException naming the store, never a password
    static SSLContext context(Map<String, String> settings) {
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            Map<String, Object> parsed = new HashMap<>(SETTINGS.parse(settings));
            factory.configure(parsed);
            return factory.sslContext();
        } catch (KafkaException e) {
            throw new ConfigException(
                    "the settings " + RegistryConfig.TLS_PREFIX + "ssl.* cannot be used: " + e.getMessage());
        }
    }
}

package io.undertone.schemas.serde;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// Where the schema registry is and how to ask it.
///
/// @param url without a slash at its end
/// @param authorization value of the HTTP header, a secret; empty for none
/// @param timeout of each attempt
/// @param tls Kafka's `ssl.*` for `https`, without the registry's prefix; secrets. Empty: what the JVM trusts
/// @param attempts how often a request is tried before it fails, at least 1
record RegistryConfig(
        URI url,
        Optional<String> authorization,
        Map<String, String> tls,
        Duration timeout,
        int attempts,
        boolean autoRegister) {

    static final String URL = "schema.registry.url";
    static final String USER_INFO = "basic.auth.user.info";
    static final String TOKEN = "bearer.auth.token";
    static final String TLS_PREFIX = "schema.registry.";
    static final String AUTO_REGISTER = "auto.register.schemas";
    static final String TIMEOUT = "schema.registry.request.timeout.ms";
    static final String ATTEMPTS = "schema.registry.attempts";

    private static final int DEFAULT_TIMEOUT_MILLIS = 5_000;
    private static final int DEFAULT_ATTEMPTS = 3;

    RegistryConfig {
        tls = Map.copyOf(tls);
    }

    /// Empty when no registry is named.
    static Optional<RegistryConfig> parse(Map<String, ?> config) {
        String url = text(config, URL);
        if (url == null) {
            return Optional.empty();
        }
        return Optional.of(new RegistryConfig(
                url(url),
                authorization(text(config, USER_INFO), text(config, TOKEN)),
                tls(config),
                Duration.ofMillis(number(config, TIMEOUT, DEFAULT_TIMEOUT_MILLIS, 600_000)),
                number(config, ATTEMPTS, DEFAULT_ATTEMPTS, 100),
                flag(config, AUTO_REGISTER)));
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "schema registry " + url;
    }

    private static URI url(String text) {
        URI uri;
        try {
            uri = new URI(text.replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            // The text may hold a password, so it is not repeated.
            throw new ConfigException(URL + " must be one http:// or https:// address");
        }
        if (uri.getRawUserInfo() != null) {
            throw new ConfigException(URL + " must not hold a user or password: set " + USER_INFO + " instead");
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getQuery() != null) {
            throw new ConfigException(URL + " must be one http:// or https:// address: " + text);
        }
        return uri;
    }

    private static Optional<String> authorization(@Nullable String userInfo, @Nullable String token) {
        if (userInfo != null && token != null) {
            throw new ConfigException("set " + USER_INFO + " or " + TOKEN + ", not both");
        }
        if (userInfo != null) {
            if (userInfo.indexOf(':') < 1) {
                throw new ConfigException(USER_INFO + " must be user:password");
            }
            byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        return Optional.ofNullable(token).map(value -> "Bearer " + value);
    }

    private static Map<String, String> tls(Map<String, ?> config) {
        Map<String, String> tls = new HashMap<>();
        for (String name : config.keySet()) {
            String value = text(config, name);
            if (name.startsWith(TLS_PREFIX + "ssl.") && value != null) {
                tls.put(name.substring(TLS_PREFIX.length()), value);
            }
        }
        return tls;
    }

    private static @Nullable String text(Map<String, ?> config, String key) {
        Object value = config.get(key);
        String text = value == null ? "" : value.toString().strip();
        return text.isEmpty() ? null : text;
    }

    private static int number(Map<String, ?> config, String key, int defaultValue, int max) {
        String text = text(config, key);
        if (text == null) {
            return defaultValue;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, together with numbers out of range.
        }
        throw new ConfigException(key + " must be a whole number in [1, " + max + "]: " + text);
    }

    private static boolean flag(Map<String, ?> config, String key) {
        String text = text(config, key);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw new ConfigException(key + " must be true or false: " + text);
        }
        return text == null || text.equals("true");
    }
}

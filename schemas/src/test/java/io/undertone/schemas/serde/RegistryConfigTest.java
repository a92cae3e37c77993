package io.undertone.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {

    private static final String HTTP = "http://registry:8081";

    @Test
    void shouldHaveTheseDefaults() {
        RegistryConfig config =
                RegistryConfig.parse(Map.of(RegistryConfig.URL, HTTP)).orElseThrow();

        assertThat(config.url()).isEqualTo(URI.create(HTTP));
        assertThat(config.authorization()).isEmpty();
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.attempts()).isEqualTo(3);
        assertThat(config.autoRegister()).isTrue();
    }

    @Test
    void shouldDoWithoutARegistryWhenNoneIsNamed() {
        assertThat(RegistryConfig.parse(Map.of("group.id", "x"))).isEmpty();
        assertThat(RegistryConfig.parse(Map.of(RegistryConfig.URL, " "))).isEmpty();
        assertThat(AvroSerdes.of(Map.of())).hasToString("Avro single-object encoding");
    }

    @Test
    void shouldNameTheKeyAndTheValueThatAreWrong() {
        assertRefused(
                Map.of(RegistryConfig.URL, "registry:8081"), "schema.registry.url must be one http:// or https://");
        assertRefused(Map.of(RegistryConfig.URL, "http://a,http://b"), "schema.registry.url must be one http://");
        assertRefused(with(RegistryConfig.TIMEOUT, "0"), "timeout.ms must be a whole number in [1, 600000]: 0");
        assertRefused(with(RegistryConfig.ATTEMPTS, "few"), "attempts must be a whole number in [1, 100]: few");
        assertRefused(with(RegistryConfig.AUTO_REGISTER, "yes"), "auto.register.schemas must be true or false: yes");
    }

    @Test
    void shouldRefuseCredentialsInTheAddressWithoutRepeatingThem() {
        assertThatThrownBy(() -> AvroSerdes.of(Map.of(RegistryConfig.URL, "https://ada:s3cret@registry")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("set basic.auth.user.info instead")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> AvroSerdes.of(Map.of(RegistryConfig.URL, "https://ada:s3 cret@registry")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("cret");
    }

    @Test
    void shouldRefuseTwoKindsOfCredentials() {
        Map<String, String> both = new HashMap<>(with(RegistryConfig.TOKEN, "t"));
        both.put(RegistryConfig.USER_INFO, "ada:s3cret");

        assertRefused(both, "set basic.auth.user.info or bearer.auth.token, not both");
        assertRefused(with(RegistryConfig.USER_INFO, "s3cret"), "basic.auth.user.info must be user:password");
    }

    private static Map<String, String> with(String key, String value) {
        return Map.of(RegistryConfig.URL, HTTP, key, value);
    }

    private static void assertRefused(Map<String, String> config, String message) {
        assertThatThrownBy(() -> AvroSerdes.of(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }
}

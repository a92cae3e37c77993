package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StartChecksTest {

    @Test
    void shouldSayWhichBrokerDidNotAnswerAndForHowLongItTried() throws IOException {
        String nobody = "127.0.0.1:" + TestBroker.freePort();
        UndertoneConfig config = UndertoneConfig.parse(
                "bundle: b\nkafka: {bootstrap-servers: '%s', connect-timeout: 2s}".formatted(nobody), "test");
        long start = System.nanoTime();

        assertThatThrownBy(() -> new StartChecks(config, Topics.defaults(), System::nanoTime).run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("no Kafka broker answered at " + nobody
                        + " within 2 s (kafka.bootstrap-servers, kafka.connect-timeout)");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldGoOnTryingWhenANameIsNotKnownYet() {
        UndertoneConfig config = UndertoneConfig.parse(
                "bundle: b\nkafka: {bootstrap-servers: 'no-such-host.invalid:9092', connect-timeout: 1s}", "test");

        assertThatThrownBy(() -> new StartChecks(config, Topics.defaults(), System::nanoTime).run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no-such-host.invalid:9092");
    }
}

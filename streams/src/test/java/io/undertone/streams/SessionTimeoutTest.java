package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SessionTimeoutTest {

    @Test
    void shouldBeThreeSecondsWhereTheBrokersAllowThat() {
        assertThat(SessionTimeout.agree(seconds(1), Optional.empty())).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void shouldBeTheShortestThatTheBrokersAllow() {
        assertThat(SessionTimeout.agree(seconds(10), Optional.empty())).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void shouldBeWhatBrokersAllowByDefaultWhereTheyDoNotTell() {
        assertThat(SessionTimeout.agree(Optional.empty(), Optional.empty())).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void shouldBeWhatIsConfigured() {
        assertThat(SessionTimeout.agree(seconds(6), seconds(45))).isEqualTo(Duration.ofSeconds(45));
        assertThat(SessionTimeout.agree(Optional.empty(), seconds(2))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldSayWhatTheBrokersWouldRefuse() {
        assertThatThrownBy(() -> SessionTimeout.agree(seconds(6), seconds(3)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "'kafka.session-timeout' must be at least 6000ms, the brokers' group.min.session.timeout.ms:"
                                + " 3000ms; raise the one or lower the other");
    }

    private static Optional<Duration> seconds(int seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }
}

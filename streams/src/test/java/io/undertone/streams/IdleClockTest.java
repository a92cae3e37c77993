package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class IdleClockTest {

    private final IdleClock clock = new IdleClock(Duration.ofMillis(500), 10_000);

    @Test
    void shouldGoOnWithTheTicks() {
        clock.tick(10_500);
        clock.tick(11_100);

        assertThat(clock.millis()).isEqualTo(1100);
    }

    @Test
    void shouldNotCountATimeInWhichTheThreadStoodStill() {
        clock.tick(10_500);
        clock.tick(310_500);

        assertThat(clock.millis()).isEqualTo(500 + 1000);
    }

    @Test
    void shouldNotCountAPauseWithoutChannels() {
        clock.tick(10_500);
        clock.restart(20_000);
        clock.tick(20_500);

        assertThat(clock.millis()).isEqualTo(1000);
    }

    @Test
    void shouldNotGoBackwards() {
        clock.tick(9_000);

        assertThat(clock.millis()).isZero();
    }
}

package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RunWatchTest {

    private final RunWatch watch = new RunWatch(Duration.ofSeconds(20));
    private long nowMillis = 1_000_000;

    @Test
    void shouldNoticeARunThatDoesNotComeBack() {
        overdueAfter(Duration.ofSeconds(5));
        watch.begin();

        assertThat(overdueAfter(Duration.ofSeconds(19))).isFalse();
        assertThat(overdueAfter(Duration.ofSeconds(2))).isTrue();
    }

    @Test
    void shouldTimeEachRunByItself() {
        for (int run = 0; run < 10; run++) {
            watch.begin();
            assertThat(overdueAfter(Duration.ofSeconds(15))).isFalse();
            watch.end();
        }
    }

    @Test
    void shouldNotMindAnEncoderThatHasNothingToDo() {
        assertThat(overdueAfter(Duration.ofHours(1))).isFalse();
    }

    @Test
    void shouldNotCountATimeInWhichTheProcessWasPaused() {
        overdueAfter(Duration.ofSeconds(1));
        watch.begin();

        nowMillis += Duration.ofHours(1).toMillis();

        assertThat(watch.overdue(nowMillis)).isFalse();
        assertThat(overdueAfter(Duration.ofSeconds(15))).isFalse();
        assertThat(overdueAfter(Duration.ofSeconds(6))).isTrue();
    }

    /// Asks as often as the watch wants.
    private boolean overdueAfter(Duration time) {
        boolean overdue = false;
        for (long left = time.toMillis(); left > 0; left -= watch.interval().toMillis()) {
            nowMillis += watch.interval().toMillis();
            overdue = watch.overdue(nowMillis);
        }
        return overdue;
    }
}

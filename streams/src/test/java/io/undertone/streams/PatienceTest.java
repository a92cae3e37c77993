package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PatienceTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Mailbox mailbox = new Mailbox();

    @Test
    void shouldBeAQuarterOfTheShorterLimit() {
        assertThat(Patience.budget(Duration.ofMinutes(5), Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofMillis(1250));
        assertThat(Patience.budget(Duration.ofSeconds(2), Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldEndAfterItsBudgetAndBeRenewed() throws InterruptedException {
        Patience patience = new Patience(Duration.ofMillis(10), () -> nanos.getAndAdd(6_000_000));

        patience.await(mailbox);
        assertThat(patience.exhausted()).isFalse();
        patience.await(mailbox);
        assertThat(patience.exhausted()).isTrue();
        patience.renew();

        assertThat(patience.exhausted()).isFalse();
    }

    @Test
    void shouldBeSharedByTheTasksOfAThreadAlone() throws InterruptedException {
        Patience patience = new Patience(Duration.ofMillis(1), () -> nanos.getAndAdd(2_000_000));
        patience.await(mailbox);
        AtomicBoolean elsewhere = new AtomicBoolean(true);

        Thread.ofPlatform().start(() -> elsewhere.set(patience.exhausted())).join();

        assertThat(patience.exhausted()).isTrue();
        assertThat(elsewhere).isFalse();
    }
}

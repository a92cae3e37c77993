package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.serde.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class ThreadDeathsTest {

    private Instant now = Instant.parse("2026-01-05T10:00:00Z");
    private final ThreadDeaths deaths = new ThreadDeaths(() -> now, "broker:9092");

    @Test
    void shouldReplaceAThreadThatDied() {
        assertThat(deaths.judge(new StreamsException("broker away")).replace()).isTrue();
    }

    @Test
    void shouldGiveUpWhenThreadsDieAgainAndAgain() {
        for (int i = 0; i < ThreadDeaths.REPLACEMENTS; i++) {
            assertThat(deaths.judge(new StreamsException("again")).replace()).isTrue();
        }

        assertThat(deaths.judge(new StreamsException("again")))
                .isEqualTo(new ThreadDeaths.Verdict(false, ExitCode.FAILED));
    }

    @Test
    void shouldWaitForTheSchemaRegistryForAsLongAsItTakes() {
        Throwable away = new StreamsException(new RegistryException("nobody answers"));
        for (int i = 0; i < 10 * ThreadDeaths.REPLACEMENTS; i++) {
            assertThat(deaths.judge(away))
                    .isEqualTo(new ThreadDeaths.Verdict(true, ExitCode.FAILED, ThreadDeaths.REGISTRY_PAUSE));
        }

        assertThat(deaths.judge(new StreamsException("something else")).replace())
                .isTrue();
    }

    @Test
    void shouldForgetDeathsOfLongAgo() {
        for (int i = 0; i < ThreadDeaths.REPLACEMENTS; i++) {
            deaths.judge(new StreamsException("again"));
        }

        now = now.plus(ThreadDeaths.WITHIN).plus(Duration.ofSeconds(1));

        assertThat(deaths.judge(new StreamsException("again")).replace()).isTrue();
    }

    @Test
    void shouldEndWithACodeOfItsOwnWhenTheEncoderIsLost() {
        Throwable failure = new StreamsException(new EncoderLostException("lost", new IllegalStateException("CUDA")));

        assertThat(deaths.judge(failure)).isEqualTo(new ThreadDeaths.Verdict(false, ExitCode.ENCODER_LOST));
        assertThat(ExitCode.ENCODER_LOST.code()).isEqualTo(3);
    }

    @Test
    void shouldEndWhenTheAudioTopicIsGone() {
        assertThat(deaths.judge(new MissingSourceTopicException("audio-chunks")))
                .isEqualTo(new ThreadDeaths.Verdict(false, ExitCode.FAILED));
    }

    @Test
    void shouldEndWhenTheBrokerDeniesARight() {
        Throwable denied = new StreamsException(new TopicAuthorizationException(Set.of("emotion-tags")));

        assertThat(deaths.judge(denied)).isEqualTo(new ThreadDeaths.Verdict(false, ExitCode.FAILED));
        assertThat(BrokerRefusal.of(denied, "broker:9092"))
                .hasValue("the Kafka broker at broker:9092 denied access to topic emotion-tags;"
                        + " 'undertone acls' prints what each user needs");
    }

    @Test
    void shouldEndOnAnErrorOfTheMachine() {
        assertThat(deaths.judge(new OutOfMemoryError("heap")).replace()).isFalse();
    }
}

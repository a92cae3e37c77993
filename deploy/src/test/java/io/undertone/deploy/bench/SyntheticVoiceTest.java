package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.Codec;
import io.undertone.schemas.Role;
import io.undertone.streams.cli.RecordedChannel;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SyntheticVoiceTest {

    @Test
    void shouldPassForSpeechAtTheGateAllTheTime() {
        for (long seed = 0; seed < 4; seed++) {
            assertThat(speechRatios(seed, 1))
                    .hasSize(8)
                    .allSatisfy(ratio -> assertThat(ratio).isGreaterThan(0.5));
        }
    }

    @Test
    void shouldBeSilentForTheRestOfASpell() {
        List<Double> ratios = speechRatios(0, 0.4);

        assertThat(ratios.subList(0, 2)).allSatisfy(ratio -> assertThat(ratio).isGreaterThan(0.5));
        assertThat(ratios.subList(4, 8)).allSatisfy(ratio -> assertThat(ratio).isZero());
    }

    /// Of the windows of ten seconds that were sent as mu-law.
    private static List<Double> speechRatios(long seed, double share) {
        RecordedChannel channel = RecordedChannel.encode(
                "a",
                Role.CUSTOMER,
                SyntheticVoice.speak(seed, 10, 8_000, share),
                Optional.of(Codec.PCM_MULAW),
                Duration.ofMillis(200));
        ChannelWindower windower = ChannelWindower.start(
                new WindowSpec(16_000, 48_000, 16_000),
                new WindowingLimits(Duration.ofSeconds(2), 1 << 20, Duration.ofSeconds(30), 1_000));
        for (int i = 0; i < channel.chunks(); i++) {
            windower.offer(Chunk.of(i, channel.firstSample(i), 1_600, channel.format(), channel.payload(i), false));
        }
        List<Double> ratios = new ArrayList<>();
        for (Window window = windower.next(); window != null; window = windower.next()) {
            ratios.add(window.quality().speechRatio());
        }
        return ratios;
    }
}

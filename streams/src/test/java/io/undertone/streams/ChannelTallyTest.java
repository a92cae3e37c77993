package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.schemas.AffectSummary;
import io.undertone.schemas.ChannelSummary;
import io.undertone.schemas.Peak;
import io.undertone.schemas.QuadrantTimes;
import io.undertone.schemas.Role;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Figures by hand.
final class ChannelTallyTest {

    private final ChannelTally tally = ChannelTally.begin(Role.CUSTOMER, 1000);

    @Test
    void shouldGiveMeanExtremesAndTheirTimes() {
        tally.add(TestTags.scored(0, -0.5, 0.2, 1));
        tally.add(TestTags.scored(1, 0.25, 0.2, 1));
        tally.add(TestTags.scored(2, -0.5, 0.2, 1));

        AffectSummary valence = Objects.requireNonNull(summary().getValence());

        assertThat(valence.getMean()).isEqualTo(-0.25);
        assertThat(valence.getMin()).isEqualTo(-0.5);
        assertThat(valence.getMinAtMs()).isEqualTo(3000);
        assertThat(valence.getMax()).isEqualTo(0.25);
        assertThat(valence.getMaxAtMs()).isEqualTo(4000);
    }

    @Test
    void shouldGiveTheSlopeOfALineThroughTheValuesPerMinute() {
        for (int i = 0; i < 30; i++) {
            tally.add(TestTags.scored(i, -0.6 + 0.02 * i, 0.5 - 0.01 * i, 1));
        }

        assertThat(Objects.requireNonNull(summary().getValence()).getTrendPerMinute())
                .isEqualTo(1.2);
        assertThat(Objects.requireNonNull(summary().getArousal()).getTrendPerMinute())
                .isEqualTo(-0.6);
    }

    @Test
    void shouldKnowNoTrendOfASingleWindow() {
        tally.add(TestTags.scored(0, -0.5, 0.2, 1));

        assertThat(Objects.requireNonNull(summary().getValence()).getTrendPerMinute())
                .isZero();
    }

    @Test
    void shouldCountAHopOfEachScoredWindowInItsQuadrant() {
        tally.add(TestTags.scored(0, 0.5, 0.5, 1));
        tally.add(TestTags.scored(1, 0, 0, 1));
        tally.add(TestTags.scored(2, -0.5, 0.5, 1));
        tally.add(TestTags.silent(3));
        tally.add(TestTags.scored(4, -0.5, -0.5, 1));
        tally.add(TestTags.scored(5, 0.5, -0.5, 1));

        assertThat(summary().getQuadrants()).isEqualTo(new QuadrantTimes(2000L, 1000L, 1000L, 1000L));
    }

    @Test
    void shouldGiveShares() {
        tally.add(TestTags.scored(0, 0.5, 0.5, 1));
        tally.add(TestTags.silent(1));
        tally.add(TestTags.silent(2));

        ChannelSummary summary = summary();

        assertThat(summary.getWindows()).isEqualTo(3);
        assertThat(summary.getAbstainedShare()).isEqualTo(0.6667);
        assertThat(summary.getSpeechShare()).isEqualTo(0.2667);
        assertThat(summary.getEndMs()).isEqualTo(5000);
    }

    @Test
    void shouldSayNothingOfAffectWhenNothingWasScored() {
        tally.add(TestTags.silent(0));

        assertThat(summary().getValence()).isNull();
        assertThat(summary().getArousal()).isNull();
        assertThat(summary().getPeaks()).isEmpty();
    }

    @Test
    void shouldFindTheFarthestWindowsThatDoNotOverlap() {
        double[] distances = {0.1, 0.9, 0.8, 0.2, 0.1, 0.3, 0.1, 0.1, 0.6, 0.7, 0.65, 0.1, 0.1, 0.5};
        for (int i = 0; i < distances.length; i++) {
            tally.add(TestTags.scored(i, -distances[i], 0, 1));
        }

        assertThat(summary().getPeaks()).extracting(Peak::getWindowIndex).containsExactly(1L, 9L, 13L);
        assertThat(summary().getPeaks().getFirst().getValence()).isCloseTo(-0.9, within(1e-9));
        assertThat(Objects.requireNonNull(summary().getPeaks().getFirst().getPrompt())
                        .getId())
                .isEqualTo("cross");
    }

    @Test
    void shouldGoOnAfterItWasStored() {
        ChannelTally undisturbed = ChannelTally.begin(Role.CUSTOMER, 1000);
        ChannelTally stored = ChannelTally.begin(Role.CUSTOMER, 1000);
        for (int i = 0; i < 40; i++) {
            undisturbed.add(TestTags.scored(i, Math.sin(i), Math.cos(1.3 * i), 1));
            stored.add(TestTags.scored(i, Math.sin(i), Math.cos(1.3 * i), 1));
            stored = ChannelTally.fromBytes(stored.toBytes());
        }

        assertThat(stored.summary("customer")).isEqualTo(undisturbed.summary("customer"));
    }

    private ChannelSummary summary() {
        return tally.summary("customer");
    }
}

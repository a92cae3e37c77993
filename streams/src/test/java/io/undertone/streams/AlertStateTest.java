package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.undertone.schemas.AlertEvidence;
import io.undertone.schemas.EmotionTag;
import io.undertone.streams.config.AlertRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/// One window a second.
final class AlertStateTest {

    /// In place of a strength: the window abstains.
    private static final double SAYS_NOTHING = -1;

    private static final Duration SILENCE = Duration.ofSeconds(8);
    private static final AlertRule CROSS = new AlertRule(
            "cross", new AlertRule.Prompt("cross", 0.9, 0.7), Duration.ofSeconds(2), SILENCE, Duration.ofSeconds(10));
    private static final AlertRule UPSET =
            new AlertRule("upset", new AlertRule.Region(-1, -0.4, 0.4, 1, 0.1), Duration.ZERO, SILENCE, Duration.ZERO);

    @Test
    void shouldStartOnceItHasHeldForLongEnough() {
        assertThat(course(CROSS, i -> i >= 3 ? 0.95 : 0.5, 8)).containsExactly("start 5: 3000 to 8000");
    }

    @Test
    void shouldNotStartWhenItDoesNotHoldThroughout() {
        assertThat(course(CROSS, i -> i % 3 == 2 ? 0.89 : 0.95, 30)).isEmpty();
    }

    @Test
    void shouldEndOnlyBelowTheReleaseAndSayHowLongItHeld() {
        double[] strengths = {0.95, 0.95, 0.95, 0.75, 0.72, 0.69, 0.5};

        assertThat(course(CROSS, i -> strengths[i], strengths.length))
                .containsExactly("start 2: 0 to 5000", "end 5: 0 to 7000");
    }

    @Test
    void shouldKeepQuietWhileItCoolsDown() {
        // ends with window 3, at 6 s of call time: quiet until 16 s, so window 14 is the first that counts
        assertThat(course(CROSS, i -> i == 3 ? 0.1 : 0.95, 20))
                .containsExactly("start 2: 0 to 5000", "end 3: 0 to 5000", "start 16: 14000 to 19000");
    }

    @Test
    void shouldEndAfterALongSilenceAndCoolDownFromThere() {
        // held last by window 4, at 7 s; eight seconds later, at 15 s, it ends: quiet until 25 s
        assertThat(course(CROSS, i -> i > 4 && i < 14 ? SAYS_NOTHING : 0.95, 30))
                .containsExactly("start 2: 0 to 5000", "end 12: 0 to 7000", "start 25: 23000 to 28000");
    }

    @Test
    void shouldGoOnAfterAShortSilence() {
        assertThat(course(CROSS, i -> i > 4 && i < 12 ? SAYS_NOTHING : i < 20 ? 0.95 : 0.1, 30))
                .containsExactly("start 2: 0 to 5000", "end 20: 0 to 22000");
    }

    @Test
    void shouldNotCountALongSilenceAsHolding() {
        assertThat(course(CROSS, i -> i == 0 || i == 20 ? 0.95 : SAYS_NOTHING, 30))
                .isEmpty();
    }

    @Test
    void shouldLookAtARegionOfThePlaneWithAMargin() {
        AlertState quiet = AlertState.QUIET;

        AlertState.Step outside = quiet.after(TestTags.scored(0, -0.35, 0.5, 0), UPSET);
        AlertState.Step inside = quiet.after(TestTags.scored(0, -0.45, 0.5, 0), UPSET);
        AlertState.Step margin = inside.next().after(TestTags.scored(1, -0.35, 0.5, 0), UPSET);
        AlertState.Step gone = margin.next().after(TestTags.scored(2, -0.25, 0.5, 0), UPSET);

        assertThat(outside.started()).isFalse();
        assertThat(inside.started()).isTrue();
        assertThat(margin.ended()).isFalse();
        assertThat(gone.ended()).isTrue();
        assertThat(margin.next().evidence())
                .extracting(AlertEvidence::getValence, AlertEvidence::getArousal, AlertEvidence::getPrompt)
                .containsExactly(tuple(-0.45, 0.5, null), tuple(-0.35, 0.5, null));
    }

    @Test
    void shouldNotHoldWhileTheBankLacksThePrompt() {
        AlertRule other =
                new AlertRule("other", new AlertRule.Prompt("gone", 0, 0), Duration.ZERO, SILENCE, Duration.ZERO);

        assertThat(AlertState.QUIET.after(TestTags.scored(0, 0, 0, 1), other).started())
                .isFalse();
    }

    @Test
    void shouldKeepTheFirstTagsAndTheLastAsEvidence() {
        AlertState state = AlertState.QUIET;
        for (int i = 0; i < 9; i++) {
            state = state.after(TestTags.scored(i, 0, 0, 0.95), CROSS).next();
        }

        assertThat(state.evidence()).extracting(AlertEvidence::getWindowIndex).containsExactly(0L, 1L, 2L, 3L, 8L);
    }

    @Test
    void shouldGoOnAfterItWasStored() {
        AlertState state = AlertState.QUIET;
        for (int i = 0; i < 6; i++) {
            EmotionTag tag = TestTags.scored(i, -0.5, 0.5, 0.95);
            state = state.after(tag, i % 2 == 0 ? CROSS : UPSET).next();
            StateWriter out = new StateWriter();
            state.write(out);

            assertThat(AlertState.read(new StateReader(out.toBytes()))).isEqualTo(state);
        }
    }

    private static List<String> course(AlertRule rule, IntToDoubleFunction strength, int windows) {
        List<String> said = new ArrayList<>();
        AlertState state = AlertState.QUIET;
        for (int i = 0; i < windows; i++) {
            double strong = strength.applyAsDouble(i);
            EmotionTag tag = strong == SAYS_NOTHING ? TestTags.silent(i) : TestTags.scored(i, 0, 0, strong);
            AlertState.Step step = state.after(tag, rule);
            if (step.started()) {
                said.add("start " + i + ": " + step.next().fromMillis() + " to "
                        + step.next().toMillis());
            }
            if (step.ended()) {
                said.add("end " + i + ": " + state.fromMillis() + " to " + state.toMillis());
            }
            state = step.next();
        }
        return said;
    }
}

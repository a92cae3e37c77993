package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyStoppingTest {

    @Test
    void shouldEndOncePatienceIsSpentWithoutABetterScore() {
        EarlyStopping stopping = EarlyStopping.start(2).after(1, 0.3).after(2, 0.5);
        assertThat(stopping.keeps(2)).isTrue();
        stopping = stopping.after(3, 0.5); // as good is not better
        assertThat(stopping.keeps(3)).isFalse();
        assertThat(stopping.endsAfter(3)).isFalse();
        stopping = stopping.after(4, 0.4);
        assertThat(stopping.endsAfter(4)).isTrue();
        assertThat(stopping.bestEpoch()).isEqualTo(2);
    }

    @Test
    void shouldNeverEndNorKeepWithoutPatience() {
        EarlyStopping stopping = EarlyStopping.start(0).after(1, 0.3);
        assertThat(stopping.keeps(1)).isFalse();
        assertThat(stopping.after(50, 0.1).endsAfter(50)).isFalse();
    }

    @Test
    void shouldNotTakeAScoreThatIsNoNumberForTheBest() {
        assertThat(EarlyStopping.start(1).after(1, Double.NaN).bestEpoch()).isZero();
    }
}

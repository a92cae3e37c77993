package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void shouldTakeEvenlyFromStrataOfUnequalSize() {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            values.add("a" + i);
        }
        values.addAll(List.of("b0", "b1", "b2"));
        List<String> taken = Samples.stratified(values, 8, value -> value.substring(0, 1), new SplittableRandom(1));
        assertThat(taken).hasSize(8).doesNotHaveDuplicates();
        assertThat(taken.stream().filter(value -> value.startsWith("b"))).hasSize(3);
    }

    @Test
    void shouldTakeAllWhenThereAreFewer() {
        assertThat(Samples.stratified(List.of("a", "b"), 5, value -> value, new SplittableRandom(1)))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void shouldDrawSpeakersWithAllOfTheirClips() {
        Bootstrap bootstrap = Bootstrap.of(List.of("x", "y", "x", "y"), 1);
        Interval mean = bootstrap.interval(0, some -> {
            assertThat(some).hasSize(4);
            return (double) some[0];
        });
        assertThat(mean.low()).isZero();
        assertThat(mean.high()).isEqualTo(1);
        assertThat(bootstrap.speakers()).isEqualTo(2);
    }
}

package io.undertone.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingKeysTest {

    @Test
    void shouldSayWhichWindowAndWhichStretchItIs() {
        assertThat(TrainingKeys.window("call-1", "customer", 12)).isEqualTo("call-1/customer/12");
        assertThat(TrainingKeys.label("call-1", "customer", 12_000, 15_000)).isEqualTo("call-1/customer/12000-15000");
    }

    @Test
    void shouldGiveTwoChannelsTwoKeysWhateverTheirNames() {
        assertThat(TrainingKeys.channel("a/b", "c"))
                .isEqualTo("a%2Fb/c/")
                .isNotEqualTo(TrainingKeys.channel("a", "b/c"));
        assertThat(TrainingKeys.channel("a%2Fb", "c")).isEqualTo("a%252Fb/c/");
    }

    @Test
    void shouldLetTheKeysOfACallAndNoOthersBeginAlike() {
        assertThat(TrainingKeys.window("call-1", "customer", 12)).startsWith(TrainingKeys.call("call-1"));
        assertThat(TrainingKeys.window("call-12", "customer", 12)).doesNotStartWith(TrainingKeys.call("call-1"));
    }
}

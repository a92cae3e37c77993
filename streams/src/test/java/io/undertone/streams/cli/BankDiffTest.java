package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.rank.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;

class BankDiffTest {

    private static final Prompt CALM = new Prompt("calm", "calm and friendly");
    private static final Prompt CROSS = new Prompt("cross", "sounds cross");

    @Test
    void shouldSayWhatJoinsLeavesAndReadsOtherwise() {
        BankDiff diff = BankDiff.of(
                List.of(CALM, CROSS), List.of(new Prompt("tears", "close to tears"), new Prompt("calm", "at ease")));

        assertThat(diff.lines())
                .containsExactly(
                        "- cross: sounds cross", "~ calm: calm and friendly -> at ease", "+ tears: close to tears");
        assertThat(diff.json().toString())
                .isEqualTo("{\"added\":[{\"id\":\"tears\",\"text\":\"close to tears\"}],"
                        + "\"removed\":[{\"id\":\"cross\",\"text\":\"sounds cross\"}],"
                        + "\"changed\":[{\"id\":\"calm\",\"before\":\"calm and friendly\",\"after\":\"at ease\"}]}");
    }

    @Test
    void shouldSeeNoDifferenceInTheOrder() {
        assertThat(BankDiff.of(List.of(CALM, CROSS), List.of(CROSS, CALM)).isEmpty())
                .isTrue();
    }
}

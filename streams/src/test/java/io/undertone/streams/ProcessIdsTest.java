package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProcessIdsTest {

    private static final String ONE = "0b6a1e3c-5f0e-4a53-9d0c-3d8f4a3a7a01";
    private static final String OTHER = "7f9f5a2e-1d7c-4b0f-8a43-95b6b1a7c202";

    private final ProcessIds ids = new ProcessIds("eu.tagger");

    @Test
    void shouldFindTransactionsWhoseProcessHasLeft() {
        Set<String> open = Set.of("eu.tagger-" + ONE + "-1", "eu.tagger-" + OTHER + "-1", "eu.tagger-" + OTHER + "-2");

        assertThat(ids.ofTheDead(open, Set.of("eu.tagger-" + ONE + "-StreamThread-2-consumer")))
                .containsExactly("eu.tagger-" + OTHER + "-1", "eu.tagger-" + OTHER + "-2");
    }

    @Test
    void shouldLeaveOtherApplicationsAlone() {
        Set<String> open = Set.of("eu.tagger-us-" + OTHER + "-1", "euxtagger-" + OTHER + "-1", "payments");

        assertThat(ids.ofTheDead(open, Set.of("eu.tagger-" + ONE + "-StreamThread-1-consumer")))
                .isEmpty();
    }

    @Test
    void shouldTakeNobodyForDeadWhenAMemberDoesNotTellItsProcess() {
        Set<String> open = Set.of("eu.tagger-" + OTHER + "-1");

        assertThat(ids.ofTheDead(
                        open,
                        Set.of("eu.tagger-" + ONE + "-StreamThread-1-consumer", "my-client-StreamThread-1-consumer")))
                .isEmpty();
    }
}

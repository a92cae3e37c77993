package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.Topics;
import io.undertone.streams.cli.StrimziTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StrimziTopicsTest {

    @Test
    void shouldBeUpToDateWithTheCatalogue() throws Exception {
        assertThat(Files.readString(Path.of("strimzi", "topics.yaml")))
                .as("run: ./undertone topics --strimzi kafka --replication 3 > deploy/strimzi/topics.yaml")
                .isEqualTo(StrimziTopics.yaml(Topics.defaults(), "kafka", 3));
    }

    @Test
    void shouldGiveAKubernetesNameToATopicThatHasNone() {
        assertThat(StrimziTopics.yaml(Topics.defaults().withPrefix("EU_1."), "kafka", -1))
                .contains("  name: eu-1.audio-chunks\n", "  topicName: EU_1.audio-chunks\n")
                .doesNotContain("replicas");
    }
}

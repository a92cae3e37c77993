package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

    @Test
    void shouldBeUpToDateWithTheCatalogue() throws Exception {
        assertThat(Files.readString(AsyncApiPage.FILE))
                .as("run the class AsyncApiPage in deploy")
                .isEqualTo(AsyncApiPage.yaml());
    }

    @Test
    void shouldNameEachTopicAndPointOnlyAtWhatIsThere() throws Exception {
        JsonNode document = new YAMLMapper().readTree(Files.readString(AsyncApiPage.FILE));

        for (TopicSpec<?> topic : Topics.defaults().all()) {
            assertThat(document.path("channels")
                            .path(topic.name())
                            .path("address")
                            .asText())
                    .isEqualTo(topic.name());
        }
        List<String> references = new ArrayList<>();
        document.findValuesAsText("$ref").forEach(references::add);
        assertThat(references).hasSizeGreaterThan(24).allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
            } else {
                assertThat(Path.of(reference)).exists();
            }
        });
    }
}

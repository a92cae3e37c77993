package io.undertone.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class TopicsPageTest {

    @Test
    void shouldBeAsTheCatalogueAndTheRecordsHaveIt() throws IOException {
        assertThat(Files.readString(TopicsPage.PATH))
                .as("docs/topics.md is out of date: run TopicsPage (its Javadoc has the command)")
                .isEqualTo(TopicsPage.render(Topics.defaults()));
    }
}

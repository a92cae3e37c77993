package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.streams.cli.Undertone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StrimziUsersTest {

    @Test
    void shouldBeUpToDateWithTheRightsThatAreNeeded() throws Exception {
        StringWriter printed = new StringWriter();

        Undertone.execute(Undertone.commandLine().setOut(new PrintWriter(printed)), "acls", "--strimzi", "kafka");

        assertThat(Files.readString(Path.of("strimzi", "users.yaml")))
                .as("run: ./undertone acls --strimzi kafka > deploy/strimzi/users.yaml")
                .isEqualTo(printed.toString());
    }
}

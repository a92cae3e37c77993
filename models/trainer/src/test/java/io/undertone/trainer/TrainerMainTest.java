package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TrainerMainTest {

    private final StringWriter errors = new StringWriter();
    private final CommandLine line = TrainerMain.commandLine().setErr(new PrintWriter(errors));

    @Test
    void shouldPrintOneLineAndEndWithOneWhenInputIsWrong() {
        assertThat(line.execute("train", "--config", "nowhere.yaml")).isEqualTo(1);
        assertThat(errors.toString().strip()).isEqualTo("undertone: the configuration nowhere.yaml does not exist");
    }

    @Test
    void shouldNameWhatIsWrongWithTheUsageAndEndWithTwo() {
        assertThat(line.execute("train", "--colour", "blue")).isEqualTo(2);
        List<String> said = errors.toString().lines().toList();
        assertThat(said.getFirst()).startsWith("undertone: ").contains("--colour");
        assertThat(said.getLast()).isEqualTo("undertone: try 'undertone train --help'");
        assertThat(line.execute("train")).isEqualTo(2);
        assertThat(errors.toString()).contains("undertone: train needs --config FILE, --resume RUN, or --from BUNDLE");
    }
}

package io.undertone.trainer;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `report`: draws a run, finished or not.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes report.html into the folder of a run and prints its path: losses and measures over the epochs and,"
                    + " once the run is finished,",
            "the plane of prompts and clips, confusion and reliability. One file that needs no network."
        })
final class ReportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN", description = "The run's folder.")
    Path run = Path.of("");

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        Objects.requireNonNull(spec).commandLine().getOut().println(RunReport.write(run));
        return 0;
    }
}

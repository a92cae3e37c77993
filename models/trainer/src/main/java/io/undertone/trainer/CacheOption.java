package io.undertone.trainer;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--cache`, for every command that reads corpora and has no configuration that says it.
public final class CacheOption {

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "runs/.cache",
            description = "Where decoded audio is kept (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of("");

    public Path folder() {
        return folder;
    }
}

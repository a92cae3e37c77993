package io.undertone.streams.cli;

import io.undertone.streams.ExitCode;
import io.undertone.streams.TaggerApplication;
import io.undertone.streams.config.UndertoneConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `undertone run`.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the tagger against a Kafka cluster until it is ended (Ctrl-C, SIGTERM).",
        footer = "Exit code 3: the encoder's device was lost, or it hangs; a new process may find it well.")
final class RunCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML, see docs/operations.md")
    private Path config = Path.of("undertone.yaml");

    @Override
    public Integer call() throws InterruptedException {
        TaggerApplication tagger = TaggerApplication.start(UndertoneConfig.read(config));
        Thread hook = new Thread(tagger::close, "tagger-close");
        Runtime.getRuntime().addShutdownHook(hook);
        ExitCode code = tagger.awaitTermination();
        if (code != ExitCode.STOPPED) {
            tagger.close();
        }
        return code.code();
    }
}

package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.speech.CompareGatesCommand;
import io.undertone.trainer.speech.TrainSpeechCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.UnmatchedArgumentException;

/// The trainer's command line: results on standard output, progress and log on standard error; exit codes 0, 1
/// (failed), 2 (usage).
@Command(
        name = "undertone",
        mixinStandardHelpOptions = true,
        description = "Trains bundles from labelled speech and measures them.",
        subcommands = {
            TrainCommand.class,
            EvaluateCommand.class,
            CalibrateCommand.class,
            EmbedCommand.class,
            ReportCommand.class,
            CompareLossesCommand.class,
            TrainSpeechCommand.class,
            CompareGatesCommand.class
        })
public final class TrainerMain {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private TrainerMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// @return the exit code
    public static int run(String... args) {
        singleThreaded();
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new TrainerMain()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (e instanceof InvalidInputException) {
                say(command.getErr(), String.valueOf(e.getMessage()));
                return FAILED;
            }
            throw e;
        });
        line.setParameterExceptionHandler((e, _) -> {
            CommandLine command = e.getCommandLine();
            say(command.getErr(), String.valueOf(e.getMessage()));
            UnmatchedArgumentException.printSuggestions(e, command.getErr());
            say(command.getErr(), "try '" + command.getCommandSpec().qualifiedName() + " --help'");
            return USAGE;
        });
        return line;
    }

    private static void say(PrintWriter err, String message) {
        err.println("undertone: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
        err.flush();
    }

    /// PyTorch's own threads spin when cores are shared: one thread was 15 times faster on two shared cores.
    /// DJL reads these when its engine starts. Nothing may be downloaded.
    public static void singleThreaded() {
        setUnlessSet("ai.djl.pytorch.num_threads", "1");
        setUnlessSet("ai.djl.pytorch.num_interop_threads", "1");
        setUnlessSet("ai.djl.offline", "true");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    static Clock clock() {
        return Clock.systemUTC();
    }

    static Path cacheOf(Path runs) {
        return runs.resolve(".cache");
    }
}

package io.undertone.streams.cli;

import io.undertone.streams.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The main class of the service: `undertone COMMAND`.
@Command(
        name = "undertone",
        description = "Hears how somebody sounds: live call audio in, ranked emotion descriptions out.",
        mixinStandardHelpOptions = true,
        versionProvider = UndertoneVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TagCommand.class,
            RunCommand.class,
            TopicsCommand.class,
            AclsCommand.class,
            ReplayCommand.class,
            RescoreCommand.class,
            WatchCommand.class,
            PromptsCommand.class,
            EventCommand.class,
            EraseCommand.class,
            LabelCommand.class,
            CollectCommand.class,
            DoctorCommand.class,
        },
        footer = {
            "",
            "Started by the launcher from other class paths:",
            "  demo      a broker, sample calls and the tagger in one process: watch calls being tagged",
            "  broker    a Kafka broker on this machine, to try the other commands with",
            "  bench     put load on a tagger and measure it",
            "  train     train a bundle on labelled speech",
            "  evaluate  measure a bundle on labelled speech",
            "  report    draw a training run as a page",
            "  compare-losses  train heads with each loss and compare them",
            "",
            "Exit code: 0, 1 (failed; one line on stderr says why) or 2 (wrong usage)."
        })
public final class Undertone {

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "on failure print the stack trace as well")
    private boolean stacktrace;

    private Undertone() {}

    public static void main(String[] args) {
        exit(execute(commandLine(), args));
    }

    /// Ends the process. After a lost encoder at once: the exit hooks of its libraries may wait for a run that hangs,
    /// or crash on a device that is gone.
    public static void exit(int exitCode) {
        if (exitCode == ExitCode.ENCODER_LOST.code()) {
            Runtime.getRuntime().halt(exitCode);
        }
        System.exit(exitCode);
    }

    /// The commands of the service; the tools add theirs to it.
    public static CommandLine commandLine() {
        Undertone root = new Undertone();
        return new CommandLine(root)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(
                        (failure, command, _) -> Failures.failed(failure, command, root.stacktrace));
    }

    /// @return the exit code: 0, 1 (failed) or 2 (usage)
    public static int execute(CommandLine commandLine, String... args) {
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return Failures.USAGE;
        }
        int exitCode = commandLine.execute(args);
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        return exitCode;
    }
}

package io.undertone.deploy;

import io.undertone.deploy.bench.BenchCommand;
import io.undertone.streams.cli.Undertone;
import picocli.CommandLine;

/// The main class of the tools: the service's commands, and those that need a broker in the process.
public final class DeployMain {

    private DeployMain() {}

    public static void main(String[] args) {
        // Before the first logger is made.
        System.setProperty("logback.configurationFile", "io/undertone/deploy/logback.xml");
        Undertone.exit(Undertone.execute(commandLine(), args));
    }

    static CommandLine commandLine() {
        return Undertone.commandLine()
                .addSubcommand(new DemoCommand())
                .addSubcommand(new BrokerCommand())
                .addSubcommand(new BenchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}

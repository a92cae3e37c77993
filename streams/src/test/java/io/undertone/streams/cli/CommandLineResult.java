package io.undertone.streams.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// What a command printed and returned, run in this process.
public record CommandLineResult(int exitCode, String out, String err) {

    public static CommandLineResult of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Undertone.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = Undertone.execute(commandLine, args);
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        return new CommandLineResult(exitCode, out.toString(), err.toString());
    }

    public String printed() {
        return out + err;
    }
}

package io.undertone.deploy;

import io.undertone.streams.cli.Undertone;
import java.io.PrintWriter;
import java.io.StringWriter;

/// The tools' command line in this process.
public final class TestCommandLine {

    private TestCommandLine() {}

    /// What a command said.
    public record Result(int exitCode, String out, String err) {}

    public static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Undertone.execute(
                DeployMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)), args);
        return new Result(exitCode, out.toString(), err.toString());
    }
}

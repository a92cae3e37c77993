package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.InvalidInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class UndertoneTest {

    @Test
    void shouldListEveryCommandInTheHelp() {
        CommandLineResult help = CommandLineResult.of("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("demo", "tag", "run", "topics", "replay", "watch", "prompts", "train", "evaluate", "doctor");
    }

    @Test
    void shouldSayWhichOptionIsUnknownAndReturn2() {
        CommandLineResult result = CommandLineResult.of("watch", "--jsn");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("undertone: Unknown option: '--jsn'")
                .contains("undertone watch --help");
    }

    @Test
    void shouldShowTheUsageOnStderrAndReturn2WithoutAnyArgument() {
        CommandLineResult result = CommandLineResult.of();

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("Usage: undertone");
    }

    @Test
    void shouldSayABadInputInOneLineWithoutAStackTrace() {
        StringWriter err = new StringWriter();
        CommandLine command = Undertone.commandLine().setErr(new PrintWriter(err));

        int exitCode = Failures.failed(new InvalidInputException("the bank\nis closed"), command, false);

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("undertone: the bank; is closed");
    }

    @Test
    void shouldShowTheStackTraceWhenAsked() {
        StringWriter err = new StringWriter();
        CommandLine command = Undertone.commandLine().setErr(new PrintWriter(err));

        Failures.failed(new InvalidInputException("the bank is closed"), command, true);

        assertThat(err.toString()).contains("at io.undertone.streams.cli.UndertoneTest");
    }

    @Test
    void shouldNameTheKindOfAFailureThatNobodyForesaw() {
        StringWriter err = new StringWriter();
        CommandLine command = Undertone.commandLine().setErr(new PrintWriter(err));

        Failures.failed(new IllegalStateException("seven"), command, false);

        assertThat(err.toString())
                .contains("undertone: IllegalStateException: seven")
                .contains("--stacktrace");
    }
}

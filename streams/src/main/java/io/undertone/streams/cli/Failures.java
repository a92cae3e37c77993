package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What goes wrong, said in one line on stderr: `undertone: ...`.
final class Failures {

    static final int FAILED = 1;
    static final int USAGE = 2;

    private Failures() {}

    /// Something went wrong while a command ran. The message of an InvalidInputException stands alone; of any other
    /// exception the kind is said too, because its message was not written for people.
    static int failed(Exception failure, CommandLine command, boolean stacktrace) {
        PrintWriter err = command.getErr();
        err.println(line(failure));
        if (stacktrace) {
            failure.printStackTrace(err);
        } else if (!forPeople(failure)) {
            err.println("undertone: this should not happen; --stacktrace shows where it happened");
        }
        err.flush();
        return FAILED;
    }

    static int usage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("undertone: " + oneLine(String.valueOf(failure.getMessage())));
        if (failure instanceof UnmatchedArgumentException unmatched) {
            UnmatchedArgumentException.printSuggestions(unmatched, err);
        }
        err.println("undertone: try '" + command.getCommandSpec().qualifiedName() + " --help'");
        err.flush();
        return USAGE;
    }

    static String line(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return "undertone: "
                + oneLine(forPeople(failure) ? message : failure.getClass().getSimpleName() + ": " + message);
    }

    private static boolean forPeople(Throwable failure) {
        return failure instanceof InvalidInputException;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}

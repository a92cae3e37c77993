package io.undertone.streams.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/// How far a command has come, on stderr: a line that rewrites itself on a terminal, and one line at the end elsewhere.
///
/// Threading: belongs to one thread.
final class Progress {

    private final PrintWriter err;
    private final int total;
    private final boolean terminal;
    private final long startNanos;
    private int done;

    private Progress(PrintWriter err, int total, boolean terminal, long startNanos) {
        this.err = err;
        this.total = total;
        this.terminal = terminal;
        this.startNanos = startNanos;
    }

    static Progress start(PrintWriter err, int total) {
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new Progress(err, total, terminal, System.nanoTime());
    }

    void step() {
        done++;
        if (terminal) {
            err.printf("\r%d of %d files", done, total);
            err.flush();
        }
    }

    /// Makes room for another line.
    void clear() {
        if (terminal && done > 0) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    void end() {
        clear();
        err.printf("undertone: %d files in %.1f s%n", done, (System.nanoTime() - startNanos) / 1e9);
    }
}

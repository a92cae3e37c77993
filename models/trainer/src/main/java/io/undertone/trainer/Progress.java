package io.undertone.trainer;

import java.time.Duration;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// What a long step tells the person who waits: a bar with the time left on standard error, or nothing.
public interface Progress {

    Progress NONE = (_, _, _) -> Step.NONE;

    /// Begins a step of `total` units of which `done` were done by an earlier process. The caller closes it.
    Step start(String what, long done, long total);

    /// Begins a step of `total` units. The caller closes it.
    default Step start(String what, long total) {
        return start(what, 0, total);
    }

    /// Bars on standard error.
    static Progress bars() {
        return (what, done, total) -> {
            ProgressBar bar = new ProgressBarBuilder()
                    .setTaskName(what)
                    .setInitialMax(total)
                    .startsFrom(done, Duration.ZERO) // the time left is reckoned from what this process did
                    .setUpdateIntervalMillis(1_000)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, 100))
                    .build();
            return new Step(bar::stepTo, bar::setExtraMessage, bar::close);
        };
    }

    /// One running step; one thread advances it.
    record Step(java.util.function.LongConsumer at, Consumer<String> say, Runnable end) implements AutoCloseable {

        static final Step NONE = new Step(_ -> {}, _ -> {}, () -> {});

        @Override
        public void close() {
            end.run();
        }
    }
}

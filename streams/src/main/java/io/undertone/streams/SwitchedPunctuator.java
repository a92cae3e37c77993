package io.undertone.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/// A wall-clock punctuator that is armed only while it is wanted: every firing asks Kafka Streams for a commit, so one
/// that always ran would make an idle application commit empty transactions for ever. Owned by the task's stream
/// thread.
final class SwitchedPunctuator {

    private final ProcessorContext<?, ?> context;
    private final Duration interval;
    private final Punctuator action;
    private @Nullable Cancellable armed;

    SwitchedPunctuator(ProcessorContext<?, ?> context, Duration interval, Punctuator action) {
        this.context = context;
        this.interval = interval;
        this.action = action;
    }

    boolean isArmed() {
        return armed != null;
    }

    void arm(boolean wanted) {
        if (wanted && armed == null) {
            armed = context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, action);
        } else if (!wanted && armed != null) {
            armed.cancel();
            armed = null;
        }
    }
}

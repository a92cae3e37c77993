package io.undertone.streams;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/// All that is logged while it is open: our own loggers at DEBUG, Kafka's at INFO, where it writes down the settings of
/// each client. Thread safe.
final class LoggedText implements AutoCloseable {

    private static final Map<String, Level> LEVELS = Map.of(
            "io.undertone", Level.DEBUG,
            "org.apache.kafka", Level.INFO,
            "org.apache.kafka.clients.producer.ProducerConfig", Level.INFO,
            "org.apache.kafka.clients.consumer.ConsumerConfig", Level.INFO,
            "org.apache.kafka.clients.admin.AdminClientConfig", Level.INFO);

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final List<Runnable> undo = new ArrayList<>();

    private LoggedText() {}

    static LoggedText open() {
        LoggedText logged = new LoggedText();
        AppenderBase<ILoggingEvent> appender = logged.appender();
        LEVELS.forEach((name, level) -> {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            Level before = logger.getLevel();
            logger.setLevel(level);
            logged.undo.add(() -> logger.setLevel(before));
        });
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        logged.undo.add(() -> root.detachAppender(appender));
        return logged;
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        undo.forEach(Runnable::run);
    }

    private AppenderBase<ILoggingEvent> appender() {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
                for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
                    lines.add(String.valueOf(t.getMessage()));
                }
            }
        };
        appender.start();
        return appender;
    }
}

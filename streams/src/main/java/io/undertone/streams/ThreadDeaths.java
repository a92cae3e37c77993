package io.undertone.streams;

import io.undertone.schemas.serde.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of the tagger when one of its stream threads dies. A thread is replaced: a registry or a broker
/// may have been away for a moment, and the transaction was rolled back. A thread that dies again and again is
/// a reason to end, and so is a broker that refuses us, but not a schema registry that is away: a new process could do
/// no more than wait for it. Thread safe.
final class ThreadDeaths {

    private static final Logger log = LoggerFactory.getLogger(ThreadDeaths.class);

    static final int REPLACEMENTS = 5;
    static final Duration WITHIN = Duration.ofMinutes(10);

    /// How long a thread's successor waits when the schema registry is away. Below the transaction's time-out.
    static final Duration REGISTRY_PAUSE = Duration.ofSeconds(2);

    /// @param replace whether the thread gets a successor; if not, the tagger ends with `exitCode`
    /// @param pause before the successor begins
    record Verdict(boolean replace, ExitCode exitCode, Duration pause) {

        Verdict(boolean replace, ExitCode exitCode) {
            this(replace, exitCode, Duration.ZERO);
        }
    }

    private final InstantSource clock;
    private final String servers;
    private final Deque<Instant> replaced = new ArrayDeque<>();

    /// @param servers `kafka.bootstrap-servers`, for the log
    ThreadDeaths(InstantSource clock, String servers) {
        this.clock = clock;
        this.servers = servers;
    }

    synchronized Verdict judge(Throwable failure) {
        if (causeOf(failure, EncoderLostException.class) != null) {
            log.error("the encoder was lost: ending with exit code {}", ExitCode.ENCODER_LOST.code(), failure);
            return new Verdict(false, ExitCode.ENCODER_LOST);
        }
        if (causeOf(failure, MissingSourceTopicException.class) != null) {
            log.error("the audio topic is gone: {}", failure.getMessage());
            return new Verdict(false, ExitCode.FAILED);
        }
        @Nullable Throwable registry = causeOf(failure, RegistryException.class);
        if (registry != null) {
            log.warn("waiting for the schema registry, nothing is lost: {}", registry.getMessage());
            return new Verdict(true, ExitCode.FAILED, REGISTRY_PAUSE);
        }
        Optional<String> refusal = BrokerRefusal.of(failure, servers);
        if (refusal.isPresent()) { // a successor would be refused as well
            log.error("{}: ending with exit code {}", refusal.get(), ExitCode.FAILED.code());
            return new Verdict(false, ExitCode.FAILED);
        }
        @Nullable Throwable state = causeOf(failure, ProcessorStateException.class);
        if (state != null) {
            log.error(
                    "state-dir cannot be read or written; is the disk full? {}",
                    rootOf(state).toString());
        }
        Instant now = clock.instant();
        while (!replaced.isEmpty() && replaced.getFirst().isBefore(now.minus(WITHIN))) {
            replaced.removeFirst();
        }
        if (replaced.size() < REPLACEMENTS && !(failure instanceof Error)) {
            replaced.add(now);
            log.error("a stream thread died and is replaced ({} of {})", replaced.size(), REPLACEMENTS, failure);
            return new Verdict(true, ExitCode.FAILED);
        }
        log.error("a stream thread died: ending with exit code {}", ExitCode.FAILED.code(), failure);
        return new Verdict(false, ExitCode.FAILED);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            root = t;
        }
        return root;
    }

    private static <T extends Throwable> @Nullable Throwable causeOf(Throwable failure, Class<T> type) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return t;
            }
        }
        return null;
    }
}

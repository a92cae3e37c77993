package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tagger as a running thing: bundle, encoder and Kafka Streams together.
///
///     try (TaggerApplication tagger = TaggerApplication.start(UndertoneConfig.read(file))) {
///         return tagger.awaitTermination().code();
///     }
///
/// Thread safe.
public final class TaggerApplication implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TaggerApplication.class);
    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final WindowBatcher batcher;
    private final AutoCloseable model;
    private final TaggerCounters counters;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CompletableFuture<ExitCode> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<ExitCode> verdict = new AtomicReference<>(ExitCode.FAILED);

    private TaggerApplication(
            KafkaStreams streams, WindowBatcher batcher, AutoCloseable model, TaggerCounters counters) {
        this.streams = streams;
        this.batcher = batcher;
        this.model = model;
        this.counters = counters;
    }

    /// Opens the bundle, checks broker, topics and registry, and begins to tag. Returns before partitions are assigned:
    /// see [#awaitRunning].
    ///
    /// @throws InvalidInputException if bundle, prompts, configuration, broker or topics cannot be used
    /// @throws InterruptedException if the thread was interrupted while a broker was waited for
    public static TaggerApplication start(UndertoneConfig config) throws InterruptedException {
        Topics topics = Topics.defaults().withPrefix(config.topicPrefix());
        Model model = Model.open(config);
        try {
            new StartChecks(config, topics, System::nanoTime).run();
            return start(config, model.tagging(), model.openEncoder(), model);
        } catch (InterruptedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /// For tests, which bring an encoder of their own.
    ///
    /// @param encoder closed at the end
    /// @param model closed at the end
    static TaggerApplication start(UndertoneConfig config, Tagging tagging, AudioEncoder encoder, AutoCloseable model) {
        TaggerCounters counters = new TaggerCounters();
        WindowBatcher.Rules rules = new WindowBatcher.Rules(
                config.inference().maxBatch(),
                config.inference().linger(),
                config.inference().queueBound());
        WindowBatcher batcher = WindowBatcher.start(encoder, rules, counters, System::nanoTime);
        try {
            Properties settings = StreamsSettings.of(config);
            KafkaStreams streams = new KafkaStreams(topology(config, tagging, batcher, settings, counters), settings);
            TaggerApplication application = new TaggerApplication(streams, batcher, model, counters);
            application.begin(config, encoder);
            return application;
        } catch (StreamsException e) {
            batcher.close();
            throw new InvalidInputException(
                    "state-dir cannot be used (one instance of the tagger for each folder): " + config.stateDir() + " ("
                            + e.getMessage() + ")",
                    e);
        } catch (RuntimeException | Error e) {
            batcher.close();
            throw e;
        }
    }

    private static Topology topology(
            UndertoneConfig config,
            Tagging tagging,
            WindowBatcher batcher,
            Properties settings,
            TaggerCounters counters) {
        AvroSerdes serdes = AvroSerdes.of(config.schemaRegistry().serdeConfig());
        serdes.check();
        Object maxPoll = settings.getOrDefault(
                "main.consumer." + ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                settings.getOrDefault(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "300000"));
        Duration budget = Patience.budget(
                Duration.ofMillis(Long.parseLong(maxPoll.toString())),
                config.delivery().transactionTimeout());
        Topics topics = Topics.defaults().withPrefix(config.topicPrefix());
        LiveTagging live = new LiveTagging(
                tagging,
                config.promptBank(),
                topics.promptBanks().name(),
                serdes.deserializer(PromptBankRecord.class),
                counters);
        return TaggingTopology.build(
                topics,
                serdes,
                live,
                ChannelRules.of(config),
                batcher,
                new Patience(budget, System::nanoTime),
                counters);
    }

    private void begin(UndertoneConfig config, AudioEncoder encoder) {
        ThreadDeaths deaths = new ThreadDeaths(InstantSource.system());
        streams.setUncaughtExceptionHandler(failure -> {
            ThreadDeaths.Verdict judged = deaths.judge(failure);
            if (judged.replace()) {
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            verdict.set(judged.exitCode());
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            log.debug("{} -> {}", before, now);
            if (now == State.RUNNING && running.getCount() > 0) {
                log.info("tagging with {} on {}", config.kafka().applicationId(), encoder.device());
                running.countDown();
            } else if (now == State.ERROR) {
                ended.complete(verdict.get());
            } else if (now == State.NOT_RUNNING) {
                ended.complete(ExitCode.STOPPED);
            }
        });
        streams.start();
    }

    /// Waits until partitions are assigned and restored.
    ///
    /// @return false if that took longer than `timeout`, or the tagger has ended
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && !ended.isDone();
    }

    /// Waits until the tagger has ended, by itself or because somebody closed it.
    public ExitCode awaitTermination() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /// What happened since the start.
    public TaggerCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /// Stops in order: what was published is committed, the seat in the group is given up so that other instances take
    /// over at once, and what is in flight is left to them.
    ///
    /// @return false if Kafka Streams did not stop within `timeout`
    public boolean close(Duration timeout) {
        boolean stopped =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(timeout));
        if (!closed.getAndSet(true)) {
            batcher.close();
            try {
                model.close();
            } catch (Exception e) {
                log.warn("the model did not close", e);
            }
        }
        ended.complete(ExitCode.STOPPED);
        return stopped;
    }

    /// Stops in order, within 30 s.
    @Override
    public void close() {
        close(DEFAULT_CLOSE);
    }
}

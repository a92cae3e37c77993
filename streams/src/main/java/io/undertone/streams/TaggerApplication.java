package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.RegistryException;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import io.undertone.streams.config.HttpConfig;
import io.undertone.streams.config.UndertoneConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
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
    /// How long windows in flight are waited for when the tagger stops.
    private static final Duration FINISH = Duration.ofSeconds(3);
    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(30);

    /// What is scored, and where the results go.
    ///
    /// @param bankId of the bank on the topic of prompt banks that is used, blank for none
    record Assignment(Topics topics, ChannelRules rules, Scope scope, String bankId) {

        /// Calls as they come.
        static Assignment live(UndertoneConfig config) {
            return new Assignment(
                    Topics.defaults().withPrefix(config.topicPrefix()),
                    ChannelRules.of(config),
                    Scope.LIVE,
                    config.promptBank());
        }
    }

    private final KafkaStreams streams;
    private final LiveTagging live;
    private final Encoders encoders;
    private final TaggerCounters counters;
    private final InFlight inFlight;
    private final Metrics metrics;
    private final Optional<DeadTransactions> deadTransactions;
    private final StateFolder state;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<ExitCode> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicReference<@Nullable HealthServer> health = new AtomicReference<>();
    private final AtomicReference<@Nullable BundleWatch> watch = new AtomicReference<>();
    private final AtomicReference<ExitCode> verdict = new AtomicReference<>(ExitCode.FAILED);

    private TaggerApplication(
            KafkaStreams streams,
            LiveTagging live,
            Encoders encoders,
            TaggerCounters counters,
            InFlight inFlight,
            Metrics metrics,
            Optional<DeadTransactions> deadTransactions,
            StateFolder state) {
        this.streams = streams;
        this.live = live;
        this.encoders = encoders;
        this.counters = counters;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.deadTransactions = deadTransactions;
        this.state = state;
    }

    /// Opens the bundle, checks broker, topics and registry, and begins to tag. Returns before partitions are assigned:
    /// see [#awaitRunning].
    ///
    /// @throws InvalidInputException if bundle, prompts, configuration, broker or topics cannot be used
    /// @throws InterruptedException if the thread was interrupted while a broker was waited for
    public static TaggerApplication start(UndertoneConfig config) throws InterruptedException {
        return start(config, UnaryOperator.identity());
    }

    /// The same for whoever measures, with another encoder around the bundle's, or in its place.
    ///
    /// @param around gets the bundle's encoder and gives the one that is asked, which closes it too
    /// @throws InvalidInputException as the other
    /// @throws InterruptedException as the other
    public static TaggerApplication start(UndertoneConfig config, UnaryOperator<AudioEncoder> around)
            throws InterruptedException {
        Topics topics = Assignment.live(config).topics();
        BundleWatch watch = new BundleWatch(config.bundle());
        Model model = Model.open(config);
        UndertoneConfig agreed;
        AudioEncoder encoder;
        try {
            agreed = new StartChecks(config, topics, System::nanoTime).run();
            encoder = around.apply(model.openEncoder());
        } catch (InterruptedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
        TaggerApplication application = start(agreed, model.tagging(), encoder, model);
        config.bundleWatch().ifPresent(every -> application.watch(watch, every, config, model.digest()));
        return application;
    }

    /// For tests, which bring an encoder of their own.
    ///
    /// @param encoder closed at the end, also if this fails
    /// @param model closed after the encoder
    static TaggerApplication start(UndertoneConfig config, Tagging tagging, AudioEncoder encoder, AutoCloseable model) {
        return start(config, Assignment.live(config), tagging, encoder, model);
    }

    /// @param encoder closed at the end, also if this fails
    /// @param model closed after it
    static TaggerApplication start(
            UndertoneConfig config, Assignment assignment, Tagging tagging, AudioEncoder encoder, AutoCloseable model) {
        Metrics metrics = new Metrics();
        TaggerCounters counters = new TaggerCounters(metrics.registry());
        InFlight inFlight = new InFlight();
        WindowBatcher.Rules rules = new WindowBatcher.Rules(
                config.inference().maxBatch(),
                config.inference().linger(),
                config.inference().queueBound(),
                config.inference().timeout());
        Encoders encoders = new Encoders(
                each -> WindowBatcher.start(each, rules, counters, System::nanoTime), tagging, encoder, model);
        try {
            Properties settings = StreamsSettings.of(config);
            AvroSerdes serdes = serdes(config, assignment.topics());
            LiveTagging live = live(assignment, tagging, serdes, counters);
            StateFolder state = new StateFolder(
                    config.stateDir(),
                    config.kafka().applicationId(),
                    config.delivery().guarantee());
            state.prepare();
            KafkaStreams streams = new KafkaStreams(
                    topology(config, assignment, serdes, live, encoders, settings, inFlight, counters), settings);
            metrics.watch(inFlight, encoders::waiting);
            metrics.watch(streams);
            TaggerApplication application = new TaggerApplication(
                    streams, live, encoders, counters, inFlight, metrics, deadTransactions(config), state);
            try {
                application.listen(config.http());
            } catch (InvalidInputException e) {
                streams.close(Duration.ZERO);
                application.deadTransactions.ifPresent(DeadTransactions::close);
                throw e;
            }
            application.begin(config);
            return application;
        } catch (StreamsException e) {
            encoders.close();
            throw new InvalidInputException(
                    "Kafka Streams cannot start: " + e.getMessage()
                            + "; state-dir must be a folder that can be written, one for each instance of the tagger: "
                            + config.stateDir(),
                    e);
        } catch (RuntimeException | Error e) {
            encoders.close();
            throw e;
        }
    }

    /// Whatever the registry knows of the tagger's own records is asked now: it may be away later.
    private static AvroSerdes serdes(UndertoneConfig config, Topics topics) {
        AvroSerdes serdes = AvroSerdes.of(config.schemaRegistry().serdeConfig());
        try {
            serdes.check();
            List<TopicSpec<?>> written = new ArrayList<>(topics.results());
            if (config.retrainingFeed().enabled()) {
                written.add(topics.trainingEmbeddings());
            }
            serdes.prepareToWrite(written);
            return serdes;
        } catch (RegistryException e) {
            throw new InvalidInputException("schema-registry.url cannot be used: " + e.getMessage(), e);
        }
    }

    private static LiveTagging live(
            Assignment assignment, Tagging tagging, AvroSerdes serdes, TaggerCounters counters) {
        return new LiveTagging(
                tagging,
                assignment.bankId(),
                assignment.topics().promptBanks().name(),
                serdes.deserializer(PromptBankRecord.class),
                counters);
    }

    private static Optional<DeadTransactions> deadTransactions(UndertoneConfig config) {
        if (config.delivery().guarantee() != Guarantee.EXACTLY_ONCE) {
            return Optional.empty();
        }
        return Optional.of(new DeadTransactions(
                Admin.create(StreamsSettings.adminSettings(config)),
                config.kafka().applicationId(),
                config.delivery().transactionTimeout()));
    }

    private static Topology topology(
            UndertoneConfig config,
            Assignment assignment,
            AvroSerdes serdes,
            LiveTagging live,
            EncodeQueue encoder,
            Properties settings,
            InFlight inFlight,
            TaggerCounters counters) {
        Object maxPoll = settings.getOrDefault(
                "main.consumer." + ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                settings.getOrDefault(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "300000"));
        Duration budget = Patience.budget(
                Duration.ofMillis(Long.parseLong(maxPoll.toString())),
                config.delivery().transactionTimeout());
        return TaggingTopology.build(
                assignment.topics(),
                serdes,
                live,
                assignment.rules(),
                assignment.scope(),
                encoder,
                new Patience(budget, System::nanoTime),
                inFlight,
                counters);
    }

    private void watch(BundleWatch bundle, Duration every, UndertoneConfig config, String digest) {
        bundle.start(every, new BundleSwap(config, live, encoders, counters, digest)::take);
        watch.set(bundle);
    }

    private void listen(HttpConfig http) {
        http.port().ifPresent(port -> {
            HealthServer started = HealthServer.start(
                    new InetSocketAddress(http.address(), port),
                    this::health,
                    () -> ready(live.current()),
                    metrics::scrape);
            health.set(started);
            log.info("health, readiness and metrics on port {}", started.port());
        });
    }

    /// Whether a restart would help: not while it only waits for a broker or for partitions.
    private HealthServer.Answer health() {
        State state = streams.state();
        boolean dead = state == State.ERROR || state == State.NOT_RUNNING || encoders.isLost();
        return new HealthServer.Answer(!dead, encoders.isLost() ? "encoder lost\n" : state + "\n");
    }

    private HealthServer.Answer ready(Tagging tagging) {
        State state = streams.state();
        return new HealthServer.Answer(
                state == State.RUNNING && !encoders.isLost() && !inFlight.isStopping(),
                "state %s%ndevice %s%nmodel %s %s%nprompts %s %s%n"
                        .formatted(
                                inFlight.isStopping() ? "STOPPING" : state,
                                encoders.device(),
                                tagging.model().getName(),
                                tagging.model().getVersion(),
                                tagging.bank().id(),
                                tagging.bank().version()));
    }

    /// Port of health, readiness and metrics; empty when they are not told.
    OptionalInt httpPort() {
        HealthServer server = health.get();
        return server == null ? OptionalInt.empty() : OptionalInt.of(server.port());
    }

    private void begin(UndertoneConfig config) {
        ThreadDeaths deaths =
                new ThreadDeaths(InstantSource.system(), config.kafka().bootstrapServers());
        streams.setUncaughtExceptionHandler(failure -> {
            ThreadDeaths.Verdict judged = deaths.judge(failure);
            if (judged.replace()) {
                waitBefore(judged.pause());
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            verdict.set(judged.exitCode());
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            log.debug("{} -> {}", before, now);
            if (now == State.REBALANCING) {
                deadTransactions.ifPresent(
                        transactions -> transactions.endWhile(() -> streams.state() == State.REBALANCING));
            }
            if (now == State.RUNNING && running.getCount() > 0) {
                log.info(
                        "tagging with {} on {} in {}",
                        config.kafka().applicationId(),
                        encoders.device(),
                        config.inference().precision());
                running.countDown();
            } else if (now == State.ERROR) {
                ended.complete(verdict.get());
            } else if (now == State.NOT_RUNNING) {
                ended.complete(ExitCode.STOPPED);
            }
        });
        streams.start();
    }

    private void waitBefore(Duration pause) {
        try {
            boolean _ = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
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

    /// As the other, but not for ever.
    Optional<ExitCode> awaitTermination(Duration atMost) throws InterruptedException {
        try {
            return Optional.of(ended.get(atMost.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /// What happened since the start.
    public TaggerCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /// Stops in order: no more windows are cut, what is in flight is published and committed, the seat in the
    /// group is given up so that other instances take over at once. What the encoder does not answer in time is
    /// left to them.
    ///
    /// @return false if Kafka Streams did not stop within `timeout`
    public boolean close(Duration timeout) {
        if (!closed.getAndSet(true)) {
            BundleWatch watching = watch.get();
            if (watching != null) {
                watching.close();
            }
            inFlight.stop();
            finishInFlight();
            closing.countDown();
        }
        boolean stopped =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(timeout));
        if (!released.getAndSet(true)) {
            HealthServer server = health.get();
            if (server != null) {
                server.close();
            }
            encoders.close();
            deadTransactions.ifPresent(DeadTransactions::close);
            metrics.close();
            if (stopped) {
                state.closedInOrder();
            }
        }
        ended.complete(ExitCode.STOPPED);
        return stopped;
    }

    /// Deletes the local state of a tagger that was closed, but for the folder and the process's id in it.
    void forgetState() {
        streams.cleanUp();
    }

    private void finishInFlight() {
        long deadline = System.nanoTime() + FINISH.toNanos();
        try {
            while (streams.state() == State.RUNNING
                    && !encoders.isLost()
                    && inFlight.windows() > 0
                    && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (inFlight.windows() > 0) {
            log.info("{} windows in flight are left to the next owner", inFlight.windows());
        }
    }

    /// Stops in order, within 30 s.
    @Override
    public void close() {
        close(DEFAULT_CLOSE);
    }
}

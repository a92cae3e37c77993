package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.FolderTree;
import io.undertone.streams.TaggerApplication;
import io.undertone.streams.cli.ChunkSender;
import io.undertone.streams.cli.Pacer;
import io.undertone.streams.cli.TagJson;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One tagger with topics, state and a listener of its own, all of which go when it is closed. Owned by one thread.
final class Trial implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(90);
    /// As [io.undertone.streams.config.InferenceConfig] has them.
    private static final int IN_FLIGHT_PER_TASK = 64;
    private static final int QUEUE_BOUND = 512;

    /// What differs from trial to trial.
    ///
    /// @param prompts file of the bank; empty: the bundle's
    /// @param around see [TaggerApplication#start]
    record Setup(String name, Optional<Path> prompts, Guarantee guarantee, UnaryOperator<AudioEncoder> around) {}

    private final Cluster cluster;
    private final BenchPlan plan;
    private final Setup setup;
    private final String application;
    private final Topics topics;
    private final Path state;
    private final AvroSerdes serdes = AvroSerdes.of(Map.of());
    private final TagListener tags;
    private final AtomicReference<@Nullable MeasuredEncoder> encoder = new AtomicReference<>();
    private @Nullable TaggerApplication tagger;

    private Trial(
            Cluster cluster,
            BenchPlan plan,
            Setup setup,
            String application,
            Topics topics,
            Path state,
            TagListener tags) {
        this.cluster = cluster;
        this.plan = plan;
        this.setup = setup;
        this.application = application;
        this.topics = topics;
        this.state = state;
        this.tags = tags;
    }

    /// Makes the topics and listens. The tagger does not run yet.
    ///
    /// @param number tells apart the trials of a cluster
    static Trial prepare(Cluster cluster, BenchPlan plan, Setup setup, String number, Pacer clock) {
        String application = "bench-" + number + "-" + setup.name();
        Topics topics = Topics.defaults().withCallPartitions(plan.partitions()).withPrefix(application + "-");
        cluster.create(topics);
        try {
            Path state = Files.createTempDirectory("undertone-bench-");
            TagListener tags = TagListener.open(cluster.client(), topics.emotionTags(), clock);
            return new Trial(cluster, plan, setup, application, topics, state, tags);
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder can be made", e);
        }
    }

    ChunkSender sender() {
        return ChunkSender.open(cluster.client(), topics.audioChunks(), serdes);
    }

    /// Returns when it tags.
    void start() throws InterruptedException {
        TaggerApplication started = TaggerApplication.start(config(), this::measured);
        tagger = started;
        if (!started.awaitRunning(READY)) {
            throw new InvalidInputException(
                    "the tagger was not ready within " + READY.toSeconds() + " s; the log says why");
        }
    }

    private AudioEncoder measured(AudioEncoder bundled) {
        MeasuredEncoder around = new MeasuredEncoder(setup.around().apply(bundled));
        encoder.set(around);
        return around;
    }

    /// As `run` reads it; JSON is YAML. Notice is not asked for, since nobody is on these lines; the other answers of
    /// the policy are given for each chunk as ever. Time-outs that a busy machine could pass are longer, and where
    /// large batches are wanted, so much may be in flight that one fills up while another runs.
    private UndertoneConfig config() {
        ObjectNode config = TagJson.object();
        config.put("bundle", plan.bundle().toString()).put("state-dir", state.toString());
        setup.prompts().ifPresent(file -> config.put("prompts", file.toString()));
        config.putObject("topics").put("prefix", application + "-");
        config.putObject("kafka")
                .put("bootstrap-servers", cluster.servers())
                .put("application-id", application)
                .put("stream-threads", plan.streamThreads())
                .put("session-timeout", "45s");
        config.putObject("inference")
                .put("device", plan.device().toString())
                .put("precision", plan.precision().toString())
                .put("threads", plan.encoderThreads())
                .put("max-batch", plan.maxBatch())
                .put(
                        "in-flight-per-task",
                        Math.max(IN_FLIGHT_PER_TASK, Math.ceilDiv(2 * plan.maxBatch(), plan.partitions())))
                .put("queue-bound", Math.max(QUEUE_BOUND, 2 * plan.maxBatch()));
        config.putObject("policy").put("require-notice", false);
        config.putObject("delivery")
                .put(
                        "guarantee",
                        setup.guarantee().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("commit-interval", plan.commitInterval().toMillis() + "ms")
                .put("transaction-timeout", "60s");
        return UndertoneConfig.parse(TagJson.write(config), "the bench's configuration");
    }

    /// Also what the names of the tagger's threads and of its internal topics begin with.
    String application() {
        return application;
    }

    TagListener tags() {
        return tags;
    }

    MeasuredEncoder encoder() {
        return Objects.requireNonNull(encoder.get(), "the tagger was not started");
    }

    /// Internal topics that hold the state.
    List<String> changelogs() throws InterruptedException {
        return cluster.topics(application).stream()
                .filter(topic -> topic.endsWith("-changelog"))
                .toList();
    }

    @Override
    public void close() {
        if (tagger != null) {
            tagger.close();
        }
        tags.close();
        delete(state);
        try {
            cluster.drop(application);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the topics stay; an own broker is thrown away with them
        }
    }

    private static void delete(Path folder) {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + " cannot be removed", e);
        }
    }
}

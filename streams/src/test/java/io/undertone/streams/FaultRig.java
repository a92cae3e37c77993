package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Brokers in processes of their own, and calls that are tagged twice on them: once in peace, to know what must come
/// out, and once in a test that does something to the brokers or to the taggers. The calls suffer all that gateways do
/// ([GatewayTraffic]), and everything that comes out is compared ([Results]): tags, summaries, alerts, dead letters and
/// audit.
///
/// The calls are made from a seed, which is printed; `faults.seed` makes them again.
///
/// Owned by the test's thread.
final class FaultRig implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PARTITIONS = 4;
    /// A heap of 256 MiB, RocksDB's buffers and the JVM itself.
    private static final long MEMORY_BOUND_MIB = 640;

    private final Path folder;
    private final BrokerCluster cluster;
    private final Duration length = Duration.ofSeconds(Integer.getInteger("faults.seconds", 60));
    private final GatewayTraffic traffic;
    private final Results undisturbed;
    private final long undisturbedTags;

    private FaultRig(Path folder, BrokerCluster cluster) throws Exception {
        this.folder = folder;
        this.cluster = cluster;
        long seed = FaultSeed.next();
        // Chunks and events of a call may come from two brokers. While one of them is away, which is read first is
        // chance: what is known of the other's records is old.
        boolean eventsInCalls = cluster.nodes().size() == 1;
        traffic = new GatewayTraffic(12, length, Instant.now().truncatedTo(ChronoUnit.SECONDS), eventsInCalls, seed);
        undisturbed = undisturbed();
        undisturbedTags = undisturbed.counts().getOrDefault(Results.TAGS, 0L);
    }

    /// @param brokers 1 or 3
    static FaultRig start(Path folder, int brokers) throws Exception {
        BrokerCluster cluster = BrokerCluster.start(
                folder.resolve("cluster"),
                brokers,
                withMore(
                        Map.of("group.min.session.timeout.ms", "3000", "group.initial.rebalance.delay.ms", "0"),
                        "faults.brokers"));
        try {
            return new FaultRig(folder, cluster);
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /// What comes out on these brokers when nothing happens. Of customers of whom everything arrives, the tagger of
    /// files must say the same.
    private Results undisturbed() throws Exception {
        try (Run run = begin("calm", Duration.ofSeconds(6), "one")) {
            run.awaitSent();
            run.flow.awaitQuiet(Duration.ofSeconds(8));
            Results results = run.flow.results();
            assertThat(run.flow.checksums())
                    .containsAllEntriesOf(traffic.filed(TestTagging.of(TestTagging.ANY_SOUND), TestTagging.encoder()));
            assertThat(results.counts()).hasSize(run.topics.results().size());
            System.out.println("undisturbed: " + results.counts());
            return results;
        }
    }

    BrokerCluster cluster() {
        return cluster;
    }

    /// Topics of its own, taggers that have their places, and calls that come in real time.
    ///
    /// @param name of the fault
    /// @param instances names of the taggers
    Run begin(String name, String... instances) throws Exception {
        return begin(name, length, instances);
    }

    /// @param over the calls are sent in this time
    Run begin(String name, Duration over, String... instances) throws Exception {
        Topics topics = Topics.defaults().withPrefix(name + "-").withCallPartitions(PARTITIONS);
        cluster.createTopics(topics);
        Run run = new Run(name, topics);
        for (String instance : instances) {
            run.startTagger(instance);
        }
        run.awaitMembers(instances.length);
        run.send((double) length.toMillis() / over.toMillis());
        return run;
    }

    /// @param property of the system: `key=value`, several with commas, to measure with other settings
    private static Map<String, String> withMore(Map<String, String> settings, String property) {
        Map<String, String> all = new TreeMap<>(settings);
        Stream.of(System.getProperty(property, "").split(","))
                .filter(each -> !each.isBlank())
                .map(each -> each.split("=", 2))
                .forEach(pair -> all.put(pair[0].strip(), pair[1].strip()));
        return all;
    }

    /// Instances have no seats of their own unless `faults.seats` is set: whoever comes back is a stranger to the
    /// group. Gaps are closed by audio alone, and no channel counts as silent: how long a fault lasts must not
    /// matter.
    private static Map<String, String> taggers() {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "policy.require-notice", "true",
                "windowing.gap-timeout", "10m",
                "windowing.idle-timeout", "1h"));
        if (!Boolean.getBoolean("faults.seats")) {
            settings.put("kafka.group-instance-id", "");
        }
        return settings;
    }

    @Override
    public void close() {
        cluster.close();
    }

    /// One fault: its calls on their way through its taggers.
    final class Run implements AutoCloseable {

        private final String name;
        private final Topics topics;
        private final ResultFlow flow;
        private final Map<String, TaggerProcess> taggers = new TreeMap<>(); // by instance, the latest
        private final AtomicReference<@Nullable Exception> sendFailure = new AtomicReference<>();
        private @Nullable Thread sender;

        private Run(String name, Topics topics) {
            this.name = name;
            this.topics = topics;
            flow = ResultFlow.open(cluster.bootstrapServers(), topics, traffic.callsOfSeveral());
        }

        private void send(double speed) {
            sender = Thread.ofPlatform().daemon().name("sender").start(() -> {
                try {
                    traffic.send(
                            cluster.bootstrapServers(),
                            topics,
                            speed,
                            (call, tags) -> flow.await(call, tags, PATIENCE));
                } catch (ExecutionException | RuntimeException | InterruptedException e) {
                    sendFailure.set(e);
                    flow.fail(e); // whoever waits for tags waits in vain
                }
            });
        }

        Topics topics() {
            return topics;
        }

        ResultFlow flow() {
            return flow;
        }

        /// Starts a tagger, or starts it again on what it left behind.
        TaggerProcess startTagger(String instance) throws IOException {
            TaggerProcess tagger = TaggerProcess.start(
                    cluster.bootstrapServers(),
                    name + "-",
                    instance,
                    folder.resolve(name + "-" + instance),
                    log(instance).toFile(),
                    withMore(taggers(), "faults.taggers"));
            taggers.put(instance, tagger);
            return tagger;
        }

        /// What a tagger of this name has said, over all its lives.
        Path log(String instance) {
            return folder.resolve(name + "-" + instance + ".log");
        }

        /// The one of this name that was started last.
        TaggerProcess tagger(String instance) {
            return Objects.requireNonNull(taggers.get(instance), instance);
        }

        /// Waits until so many instances have their places.
        void awaitMembers(int instances) throws InterruptedException {
            cluster.awaitMembers(name + "-tagger", instances * TaggerProcess.STREAM_THREADS);
        }

        /// Ids under which the brokers know the taggers' threads now.
        Set<String> members() throws Exception {
            return cluster.members(name + "-tagger");
        }

        boolean pastShare(double share) {
            return flow.tags() >= share * undisturbedTags;
        }

        /// Waits until a share of all tags has come.
        void awaitShare(double share) throws InterruptedException {
            explained(() -> {
                flow.await(Math.round(share * undisturbedTags), PATIENCE);
                return true;
            });
        }

        /// Waits, and where that was in vain says how things stand.
        private <T> T explained(Wait<T> wait) throws InterruptedException {
            try {
                return wait.run();
            } catch (IllegalStateException e) {
                String state;
                try {
                    state = cluster.describe(
                            name + "-tagger",
                            Stream.of(topics.audioChunks(), topics.callEvents(), topics.emotionTags())
                                    .map(TopicSpec::name)
                                    .toList());
                } catch (ExecutionException | RuntimeException other) {
                    state = "nothing to be learned from the brokers: " + other;
                }
                throw new IllegalStateException(
                        e.getMessage() + "; logs of taggers and brokers are kept in " + folder + "\n" + state, e);
            }
        }

        /// Waits until tags of all partitions flow again, and prints how long that took.
        Duration printRecovery(String what, long sinceNanos) throws InterruptedException {
            Duration recovery = explained(() -> flow.recovery(sinceNanos, undisturbedTags, PATIENCE));
            System.out.printf(
                    "%s: %s: tags of all partitions flow again after %.1f s%n", name, what, seconds(recovery));
            FaultTable.recovered(name + ": " + what, recovery);
            return recovery;
        }

        private void awaitSent() throws InterruptedException {
            if (sender != null) {
                sender.join();
            }
            if (sendFailure.get() != null) {
                throw new IllegalStateException("the gateway could not send", sendFailure.get());
            }
        }

        /// Waits for the end of the calls. On no topic of results anything was lost, doubled, reordered or changed, and
        /// memory has kept its bounds.
        void assertUndisturbed() throws Exception {
            awaitSent();
            flow.awaitRecords(undisturbed.count(), PATIENCE);
            flow.linger(Duration.ofSeconds(1));
            assertThat(flow.difference(undisturbed)).isEmpty();
            System.out.printf(
                    "%s: %s, none lost, doubled or reordered; longest silence of a partition %.1f s%n",
                    name, undisturbed.counts(), seconds(flow.longestSilence()));
            for (TaggerProcess tagger : taggers.values()) {
                if (tagger.isAlive()) {
                    ProcessMemory memory = tagger.memory();
                    System.out.printf(
                            "%s: a tagger's memory: %d MiB, at most %d MiB%n",
                            name, memory.residentMib(), memory.peakMib());
                    FaultTable.memory(name + ": a tagger", memory.peakMib(), MEMORY_BOUND_MIB);
                    assertThat(memory.peakMib()).isLessThan(MEMORY_BOUND_MIB);
                }
            }
        }

        @Override
        public void close() {
            taggers.values().forEach(TaggerProcess::close);
            flow.close();
        }
    }

    private interface Wait<T> {
        T run() throws InterruptedException;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}

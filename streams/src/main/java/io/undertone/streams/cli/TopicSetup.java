package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Retention;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Brings the topics of a cluster in line with the catalogue: creates what is missing, and says what differs. It never
/// changes a topic that exists: more partitions would move calls, and another retention may be meant.
public final class TopicSetup {

    private TopicSetup() {}

    /// What was found for one topic, and done about it.
    public sealed interface Outcome {

        TopicSpec<?> topic();

        record Created(TopicSpec<?> topic) implements Outcome {}

        /// It does not exist, and was not to be created.
        record Missing(TopicSpec<?> topic) implements Outcome {}

        /// @param notes differences that the tagger can live with
        record Fits(TopicSpec<?> topic, int partitions, List<String> notes) implements Outcome {}

        /// This user may not know whether it is there.
        record Hidden(TopicSpec<?> topic) implements Outcome {}

        record TooFewPartitions(TopicSpec<?> topic, int partitions) implements Outcome {}
    }

    /// @param replicationFactor of topics that are created; -1 is the broker's default
    /// @param dryRun looks only
    public static List<Outcome> apply(Admin admin, Topics topics, int replicationFactor, boolean dryRun) {
        Set<String> existing = Brokers.ask(admin.listTopics().names(), "list the topics");
        List<TopicSpec<?>> missing = new ArrayList<>();
        List<TopicSpec<?>> present = new ArrayList<>();
        for (TopicSpec<?> topic : topics.all()) {
            (existing.contains(topic.name()) ? present : missing).add(topic);
        }
        Map<TopicSpec<?>, Outcome> outcomes = new HashMap<>(inspect(admin, present));
        for (TopicSpec<?> topic : List.copyOf(missing)) {
            if (Brokers.look(admin, topic.name()) == Brokers.Presence.HIDDEN) {
                missing.remove(topic);
                outcomes.put(topic, new Outcome.Hidden(topic));
            }
        }
        if (!dryRun) {
            create(admin, missing, replicationFactor);
        }
        missing.forEach(topic -> outcomes.put(topic, dryRun ? new Outcome.Missing(topic) : new Outcome.Created(topic)));
        return topics.all().stream().<Outcome>map(outcomes::get).toList();
    }

    private static void create(Admin admin, List<TopicSpec<?>> topics, int replicationFactor) {
        Map<String, Future<Void>> answers = new LinkedHashMap<>();
        admin.createTopics(topics.stream()
                        .map(topic -> topic.toNewTopic(replicationFactor))
                        .toList())
                .values()
                .forEach(answers::put);
        answers.forEach((name, answer) -> Brokers.ask(answer, "create topic " + name));
        awaitLeaders(admin, topics);
    }

    /// A topic is named before its leaders lead. An idempotent producer that sends several batches into that moment may
    /// have the first refused and a later one taken, and then never gets rid of the first.
    private static void awaitLeaders(Admin admin, List<TopicSpec<?>> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicSpec<?> topic : topics) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        long deadline = System.nanoTime() + Brokers.PATIENCE.toNanos();
        while (!answer(admin, ends)) {
            if (System.nanoTime() > deadline) {
                throw new InvalidInputException("the new topics have no leaders after "
                        + Brokers.PATIENCE.toSeconds() + " s: "
                        + topics.stream().map(TopicSpec::name).collect(Collectors.joining(", ")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /// The client itself waits for a leader that is known and does not lead yet, but not for a topic that is unknown.
    private static boolean answer(Admin admin, Map<TopicPartition, OffsetSpec> partitions) {
        try {
            List<String> names = partitions.keySet().stream()
                    .map(TopicPartition::topic)
                    .distinct()
                    .toList();
            Brokers.ask(admin.describeTopics(names).allTopicNames(), "describe the new topics");
            Brokers.ask(admin.listOffsets(partitions).all(), "find the leaders of the new topics");
            return true;
        } catch (InvalidInputException e) {
            if (e.getCause() instanceof ExecutionException failed
                    && failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    private static Map<TopicSpec<?>, Outcome> inspect(Admin admin, List<TopicSpec<?>> topics) {
        List<String> names = topics.stream().<String>map(TopicSpec::name).toList();
        Map<String, TopicDescription> descriptions =
                Brokers.ask(admin.describeTopics(names).allTopicNames(), "describe the topics");
        Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(
                        names.stream().map(TopicSetup::resource).toList())
                .values();
        Map<TopicSpec<?>, Outcome> outcomes = new HashMap<>();
        for (TopicSpec<?> topic : topics) {
            TopicDescription description = descriptions.get(topic.name());
            KafkaFuture<Config> config = configs.get(resource(topic.name()));
            if (description != null && config != null) {
                outcomes.put(topic, compare(topic, description.partitions().size(), settings(config)));
            }
        }
        return outcomes;
    }

    /// Empty if this user may not look at them: the tagger's needs no right to.
    private static Optional<Config> settings(KafkaFuture<Config> answer) {
        return Brokers.ask(answer, "read the settings of the topics", TopicAuthorizationException.class);
    }

    private static Outcome compare(TopicSpec<?> topic, int partitions, Optional<Config> config) {
        if (partitions < topic.partitions()) {
            return new Outcome.TooFewPartitions(topic, partitions);
        }
        List<String> notes = new ArrayList<>();
        if (partitions > topic.partitions()) {
            notes.add(topic.partitions() + " partitions expected");
        }
        if (config.isEmpty()) {
            notes.add("this user may not see its settings");
        }
        topic.configs().forEach((key, wanted) -> {
            ConfigEntry entry = config.map(present -> present.get(key)).orElse(null);
            if (entry != null && !wanted.equals(entry.value())) {
                notes.add(key + " is " + entry.value() + ", " + wanted + " expected");
            }
        });
        return new Outcome.Fits(topic, partitions, List.copyOf(notes));
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /// How a topic is kept, for people: `compacted`, `kept 7 d`.
    static String kept(Retention retention) {
        return switch (retention) {
            case Retention.Compacted() -> "compacted";
            case Retention.CompactedFor(Duration duration) -> "compacted, kept " + duration.toDays() + " d";
            case Retention.For(Duration duration) ->
                duration.toDays() > 0 ? "kept " + duration.toDays() + " d" : "kept " + duration.toHours() + " h";
        };
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicSetup.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone topics`.
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Creates the topics that are missing, and checks those that exist.",
        footer = "A topic that exists is never changed.")
final class TopicsCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "partitions of the topics that are keyed by call (default: the catalogue's): the number of"
                    + " tasks that the tagger's instances share")
    private @Nullable Integer partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "-1",
            description = "copies of each partition (default: the broker's default)")
    private int replication;

    @Option(names = "--dry-run", description = "only say what would be done")
    private boolean dryRun;

    @Option(
            names = "--strimzi",
            paramLabel = "CLUSTER",
            description = "ask no broker; print KafkaTopic resources for this cluster of the Strimzi operator")
    private @Nullable String strimzi;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Topics topics = wanted();
        PrintWriter out = spec.commandLine().getOut();
        if (strimzi != null) {
            out.print(StrimziTopics.yaml(topics, strimzi, replication));
            return 0;
        }
        List<Outcome> outcomes;
        try (Admin admin = Brokers.connect(kafka.client(), spec.commandLine().getErr())) {
            outcomes = TopicSetup.apply(admin, topics, replication, dryRun);
        }
        outcomes.forEach(outcome -> out.println(line(outcome)));
        List<String> small = outcomes.stream()
                .filter(Outcome.TooFewPartitions.class::isInstance)
                .<String>map(outcome -> outcome.topic().name())
                .toList();
        if (!small.isEmpty()) {
            throw new InvalidInputException("too few partitions at " + kafka.servers() + ": " + String.join(", ", small)
                    + "; delete and create them again, or name the number you want with --partitions");
        }
        return 0;
    }

    private Topics wanted() {
        Topics topics = kafka.topics();
        if (replication != -1 && replication < 1) {
            throw new InvalidInputException("--replication must be -1 or at least 1: " + replication);
        }
        if (partitions == null) {
            return topics;
        }
        if (partitions < 1) {
            throw new InvalidInputException("--partitions must be at least 1: " + partitions);
        }
        return topics.withCallPartitions(partitions);
    }

    private static String line(Outcome outcome) {
        TopicSpec<?> topic = outcome.topic();
        String kept = TopicSetup.kept(topic.retention());
        return switch (outcome) {
            case Outcome.Created(var _) -> line("created", topic, topic.partitions(), kept);
            case Outcome.Missing(var _) -> line("missing", topic, topic.partitions(), kept);
            case Outcome.Hidden(var _) -> line("hidden", topic, topic.partitions(), "this user may not see it");
            case Outcome.Fits(var _, int partitions, List<String> notes) ->
                line("ok", topic, partitions, notes.isEmpty() ? kept : String.join("; ", notes));
            case Outcome.TooFewPartitions(var _, int partitions) ->
                line("small", topic, partitions, topic.partitions() + " partitions expected");
        };
    }

    private static String line(String state, TopicSpec<?> topic, int partitions, String rest) {
        return String.format("%-8s %-20s %3d partitions  %s", state, topic.name(), partitions, rest);
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Retention;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.schemas.TrainingKeys;
import io.undertone.schemas.TrainingLabel;
import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone erase`.
@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = "Has the tagger delete what it keeps of a call, and never score it again.",
        footer = "The tagger that owns the call does it when it reads the request, and says ERASED on policy-audit.")
final class EraseCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--call", paramLabel = "ID", required = true, description = "id of the call")
    private String call = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (call.isBlank()) {
            throw new InvalidInputException("--call must not be blank");
        }
        Topics topics = kafka.topics();
        Map<String, Object> client = kafka.client();
        Brokers.requireTopics(
                client, List.of(topics.callEvents()), spec.commandLine().getErr());
        try (EventSender sender = EventSender.open(client, topics.callEvents(), AvroSerdes.of(kafka.registry()))) {
            sender.send(EventSender.event(
                    call, CallEventType.ERASED, InstantSource.system().instant()));
        }
        PrintWriter out = spec.commandLine().getOut();
        report(topics, out);
        if (Brokers.hasTopic(client, topics.trainingLabels(), spec.commandLine().getErr())) {
            out.println("deleted: " + deleteLabels(client, topics.trainingLabels()) + " labels of it on "
                    + topics.trainingLabels().name());
        }
        return 0;
    }

    /// People wrote them, and not the tagger, so that it does not know which there are.
    private int deleteLabels(Map<String, Object> client, TopicSpec<TrainingLabel> topic) {
        AvroSerdes serdes = AvroSerdes.of(kafka.registry());
        String ofCall = TrainingKeys.call(call);
        Set<String> keys = new TopicScan(client, serdes)
                .latest(topic, (key, _) -> key.startsWith(ofCall))
                .keySet();
        try (TopicSender<TrainingLabel> sender = TopicSender.open(client, topic, serdes)) {
            Instant now = InstantSource.system().instant();
            keys.forEach(key -> sender.post(key, null, now));
            sender.flush();
        }
        return keys.size();
    }

    /// Kafka deletes single records of a compacted topic alone; of the others the retention must be waited for.
    private void report(Topics topics, PrintWriter out) {
        out.println("asked for: pending windows, stored audio and state of call " + call + ", its record on "
                + topics.emotionCalls().name() + ", and what "
                + topics.trainingEmbeddings().name() + " holds of it");
        for (TopicSpec<?> topic : List.of(
                topics.audioChunks(),
                topics.callEvents(),
                topics.emotionTags(),
                topics.emotionAlerts(),
                topics.audioChunksDead(),
                topics.policyAudit())) {
            if (topic.retention() instanceof Retention.For) {
                out.println("goes with its retention: records on " + topic.name() + ", "
                        + TopicSetup.kept(topic.retention()));
            }
        }
    }
}

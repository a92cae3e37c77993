package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Retention;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
        report(topics, spec.commandLine().getOut());
        return 0;
    }

    /// Kafka deletes single records of a compacted topic alone; of the others the retention must be waited for.
    private void report(Topics topics, PrintWriter out) {
        out.println("asked for: pending windows, stored audio and state of call " + call + ", and its record on "
                + topics.emotionCalls().name());
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

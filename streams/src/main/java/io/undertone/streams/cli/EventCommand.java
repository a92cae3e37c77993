package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `undertone event`.
@Command(
        name = "event",
        mixinStandardHelpOptions = true,
        description = "Says what happened to a call, where no gateway does.",
        footer = "A withdrawal is for good: what is pending is dropped, and nothing more of the call is scored.")
final class EventCommand implements Callable<Integer> {

    /// What may be said; erasure has a command of its own.
    enum Type {
        STARTED,
        NOTICE_GIVEN,
        CONSENT_GIVEN,
        WITHDRAWN,
        PAUSED,
        RESUMED,
        ENDED
    }

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Parameters(paramLabel = "TYPE", description = "one of ${COMPLETION-CANDIDATES}")
    private Type type = Type.STARTED;

    @Option(names = "--call", paramLabel = "ID", required = true, description = "id of the call")
    private String call = "";

    @Option(names = "--channel", paramLabel = "NAME", description = "only this channel (default: the whole call)")
    private @Nullable String channel;

    @Option(names = "--notice", paramLabel = "ID", description = "id of the notice text, with NOTICE_GIVEN")
    private @Nullable String notice;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (call.isBlank()) {
            throw new InvalidInputException("--call must not be blank");
        }
        if (notice != null && type != Type.NOTICE_GIVEN) {
            throw new InvalidInputException("--notice goes with NOTICE_GIVEN alone: " + type);
        }
        Topics topics = kafka.topics();
        Map<String, Object> client = kafka.client();
        Brokers.requireTopics(
                client, List.of(topics.callEvents()), spec.commandLine().getErr());
        CallEvent event = new CallEvent(
                call, CallEventType.valueOf(type.name()), InstantSource.system().instant(), channel, notice);
        try (EventSender sender = EventSender.open(client, topics.callEvents(), AvroSerdes.of(kafka.registry()))) {
            sender.send(event);
        }
        return 0;
    }
}

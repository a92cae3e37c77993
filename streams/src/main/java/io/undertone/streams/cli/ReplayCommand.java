package io.undertone.streams.cli;

import io.undertone.audio.Codec;
import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Role;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `undertone replay`.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Sends audio files as a live call, in real time: one file a side, or one file with both.")
final class ReplayCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "WAV or Ogg Opus")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--call",
            paramLabel = "ID",
            required = true,
            description = "id of the call; a new one for each replay")
    private String call = "";

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            description = "whose voice each channel carries: customer, agent, mixed or unknown, one for all or one a"
                    + " channel with commas (default: from the file names, see 'demo --help'; else customer)")
    private @Nullable List<Role> roles;

    @Option(
            names = "--chunk-ms",
            paramLabel = "MS",
            defaultValue = "200",
            description = "audio in a record (default: ${DEFAULT-VALUE})")
    private int chunkMillis;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "one of ${COMPLETION-CANDIDATES} (default: PCM_MULAW for 8 kHz, else PCM_S16LE)")
    private @Nullable Codec codec;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "1 is real time, 10 ten times as fast (default: ${DEFAULT-VALUE})")
    private double speed;

    @Option(
            names = "--no-events",
            description = "do not say on the topic of call events that the call starts, that notice was given (text"
                    + " 'replay') and that it ends: the tagger then scores nothing unless policy.require-notice is off")
    private boolean noEvents;

    @Option(names = "--consent", description = "say as well that consent was given")
    private boolean consent;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!(speed > 0 && speed <= 1000)) {
            throw new InvalidInputException("--speed must be in (0, 1000]: " + speed);
        }
        List<RecordedChannel> channels = channels();
        Topics topics = kafka.topics();
        Map<String, Object> client = kafka.client();
        Brokers.requireTopics(
                client,
                List.of(topics.audioChunks(), topics.callEvents()),
                spec.commandLine().getErr());
        AvroSerdes serdes = AvroSerdes.of(kafka.registry());
        Pacer pacer = Pacer.realTime();
        try (ChunkSender sender = ChunkSender.open(client, topics.audioChunks(), serdes);
                EventSender events = EventSender.open(client, topics.callEvents(), serdes)) {
            if (!noEvents) {
                events.begin(call, "replay", pacer.now());
            }
            if (consent) {
                events.send(EventSender.event(call, CallEventType.CONSENT_GIVEN, pacer.now()));
            }
            play(new CallReplay(call, channels, pacer.now(), speed), sender, pacer);
            if (!noEvents) {
                events.send(EventSender.event(call, CallEventType.ENDED, pacer.now()));
            }
        }
        return 0;
    }

    private void play(CallReplay replay, ChunkSender sender, Pacer pacer) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "undertone: call %s, %.1f s%n",
                call, Duration.between(replay.start(), replay.end()).toMillis() / 1e3);
        int chunks = 0;
        for (Optional<Instant> due = replay.nextDue(); due.isPresent(); due = replay.nextDue()) {
            pacer.waitUntil(due.get());
            sender.send(replay.take());
            chunks++;
        }
        sender.flush();
        err.println("undertone: sent " + chunks + " chunks");
    }

    private List<RecordedChannel> channels() {
        List<RecordedChannel> channels = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            CallFiles.Side side = CallFiles.side(file);
            Role role = side.role() == Role.UNKNOWN ? Role.CUSTOMER : side.role();
            for (RecordedChannel channel : RecordedChannel.read(
                    file, side.channel(), role, Optional.ofNullable(codec), Duration.ofMillis(chunkMillis))) {
                RecordedChannel named = roles == null ? channel : channel.withRole(role(channels.size(), roles));
                if (!names.add(named.channel())) {
                    throw new InvalidInputException("two files give the channel '" + named.channel()
                            + "'; name them after their sides, for example NAME_customer.wav and NAME_agent.wav");
                }
                channels.add(named);
            }
        }
        if (roles != null && roles.size() > 1 && roles.size() != channels.size()) {
            throw new InvalidInputException(
                    "--role names " + roles.size() + " roles, the files have " + channels.size() + " channels");
        }
        return channels;
    }

    private static Role role(int channel, List<Role> roles) {
        return roles.size() == 1 ? roles.getFirst() : roles.get(Math.min(channel, roles.size() - 1));
    }
}

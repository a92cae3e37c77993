package io.undertone.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.FolderTree;
import io.undertone.streams.TaggerApplication;
import io.undertone.streams.cli.ChunkSender;
import io.undertone.streams.cli.EventSender;
import io.undertone.streams.cli.Pacer;
import io.undertone.streams.cli.TagJson;
import io.undertone.streams.cli.TopicReader;
import io.undertone.streams.cli.TopicSetup;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/// The whole path in one process: broker, topics, tagger, calls, and a consumer that reads what was committed.
///
/// Threading: `run` on one thread; a second one, its own, sends the chunks. `stop` from any.
final class Demo {

    /// Tasks of the tagger: more than the cores of a small machine bring nothing but a slower start.
    private static final int PARTITIONS = 4;

    private static final Duration READY_PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration LAST_TAGS = Duration.ofSeconds(10);

    private final List<DemoCall> calls;
    private final Path bundle;
    private final Optional<Path> prompts;
    private final Duration length;
    private final Consumer<EmotionTag> tags;
    private final PrintWriter err;
    private final Pacer pacer = Pacer.realTime();
    private volatile boolean stopped;

    /// @param length how long calls are replayed
    /// @param tags gets each tag as it is read
    /// @param err what happens beside the tags
    Demo(
            List<DemoCall> calls,
            Path bundle,
            Optional<Path> prompts,
            Duration length,
            Consumer<EmotionTag> tags,
            PrintWriter err) {
        this.calls = List.copyOf(calls);
        this.bundle = bundle;
        this.prompts = prompts;
        this.length = length;
        this.tags = tags;
        this.err = err;
    }

    DemoReport run() throws InterruptedException {
        Instant begun = pacer.now();
        Path state = temporaryFolder();
        Topics topics = Topics.defaults().withCallPartitions(PARTITIONS);
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                TopicSetup.apply(admin, topics, 1, false);
            }
            try (TaggerApplication tagger = TaggerApplication.start(config(broker, state))) {
                if (!tagger.awaitRunning(READY_PATIENCE)) {
                    throw new InvalidInputException(
                            "the tagger was not ready within " + READY_PATIENCE.toSeconds() + " s; the log says why");
                }
                err.printf(
                        "undertone: ready after %.1f s; %d calls, bundle %s%n",
                        Duration.between(begun, pacer.now()).toMillis() / 1e3, calls.size(), bundle.getFileName());
                err.flush();
                return replay(client, topics);
            }
        } finally {
            delete(state);
        }
    }

    /// Ends the replay at once; `run` then reads the last tags and returns.
    void stop() {
        stopped = true;
    }

    /// As `run` reads it. JSON is YAML. The time-outs are those of one process on a machine that may be busy:
    /// nobody else could take over.
    private UndertoneConfig config(EmbeddedBroker broker, Path state) {
        ObjectNode config = TagJson.object();
        config.put("bundle", bundle.toString()).put("state-dir", state.toString());
        prompts.ifPresent(file -> config.put("prompts", file.toString()));
        config.putObject("kafka")
                .put("bootstrap-servers", broker.bootstrapServers())
                .put("session-timeout", "45s");
        config.putObject("delivery").put("transaction-timeout", "60s");
        return UndertoneConfig.parse(TagJson.write(config), "the demo's configuration");
    }

    private DemoReport replay(Map<String, Object> client, Topics topics) throws InterruptedException {
        AvroSerdes serdes = AvroSerdes.of(Map.of());
        DemoReport report = new DemoReport();
        try (ChunkSender sender = ChunkSender.open(client, topics.audioChunks(), serdes);
                EventSender events = EventSender.open(client, topics.callEvents(), serdes);
                TopicReader reader = TopicReader.open(
                        client,
                        List.of(topics.emotionTags(), topics.audioChunksDead(), topics.policyAudit()),
                        serdes,
                        TopicReader.From.BEGINNING)) {
            DemoFeed feed = new DemoFeed(calls, line(sender, events), pacer);
            Instant start = pacer.now();
            Thread feeder = new Thread(() -> feed.run(start, start.plus(length)), "demo-feed");
            feeder.start();
            while (feeder.isAlive() && !stopped) {
                read(reader, feed, report);
            }
            feeder.interrupt();
            feeder.join();
            sender.flush();
            readLastTags(reader, feed, report);
        }
        return report;
    }

    private static DemoFeed.Line line(ChunkSender sender, EventSender events) {
        return new DemoFeed.Line() {
            @Override
            public void send(AudioChunk chunk) {
                sender.send(chunk);
            }

            @Override
            public void sendBroken(AudioChunk chunk) {
                sender.sendBroken(chunk);
            }

            @Override
            public void begin(String callId, Instant at) {
                events.begin(callId, "demo", at);
            }

            @Override
            public void end(String callId, Instant at) {
                events.send(EventSender.event(callId, CallEventType.ENDED, at));
            }
        };
    }

    private void readLastTags(TopicReader reader, DemoFeed feed, DemoReport report) {
        Instant end = pacer.now().plus(LAST_TAGS);
        Instant lastRead = pacer.now();
        while (pacer.now().isBefore(end) && pacer.now().isBefore(lastRead.plus(QUIET))) {
            if (read(reader, feed, report) > 0) {
                lastRead = pacer.now();
            }
        }
    }

    private int read(TopicReader reader, DemoFeed feed, DemoReport report) {
        List<TopicReader.Read> records = reader.poll(POLL);
        Instant now = pacer.now();
        for (TopicReader.Read read : records) {
            switch (read.value()) {
                case EmotionTag tag -> {
                    tags.accept(tag);
                    report.count(tag);
                    if (!tag.getPartial()) { // the end of a partial window is padding, which nobody produced
                        feed.producedAt(tag.getCallId(), tag.getChannel(), tag.getEndMs())
                                .ifPresent(produced -> report.countLatency(Duration.between(produced, now)));
                    }
                }
                case DeadChunk dead -> {
                    report.countDeadLetter();
                    err.println("undertone: dead letter: " + dead.getReason() + ", " + dead.getDetail());
                }
                case PolicyRecord decision -> {
                    if (report.count(decision)) {
                        err.println("undertone: policy: the " + decision.getRole() + " channel of "
                                + decision.getCallId() + " is dropped before decoding");
                    } else if (decision.getDecision() == PolicyDecision.SCORED && decision.getChunks() == 1) {
                        err.println(
                                "undertone: policy: the " + decision.getRole() + " channel of " + decision.getCallId()
                                        + " is scored under notice '" + decision.getNoticeTextId() + "'");
                    }
                }
                default -> throw new IllegalStateException("nobody asked for " + read.topic());
            }
        }
        return records.size();
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("undertone-demo-");
        } catch (IOException e) {
            throw new InvalidInputException("no temporary folder can be made: " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException("folder " + folder + " cannot be removed", e);
        }
    }
}

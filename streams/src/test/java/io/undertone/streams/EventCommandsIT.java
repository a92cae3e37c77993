package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicReader;
import io.undertone.streams.cli.Undertone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `undertone event` and `undertone erase`, by what a consumer of the topic of call events gets.
@Timeout(120)
final class EventCommandsIT {

    private static final Topics TOPICS = Topics.defaults().withPrefix("eu-").withCallPartitions(1);

    @TempDir
    static Path folder;

    private static TestBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(folder.resolve("broker"));
        broker.createTopics(TOPICS);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void shouldSayWhatHappenedToACallInTheOrderOfTheCommands() {
        try (TopicReader reader = reader()) {
            assertThat(run("event", "notice_given", "--call", "4711", "--notice", "text-3"))
                    .isZero();
            assertThat(run("event", "PAUSED", "--call", "4711", "--channel", "customer"))
                    .isZero();
            assertThat(run("event", "WITHDRAWN", "--call", "4711")).isZero();

            List<CallEvent> events = read(reader, 3);
            assertThat(events).extracting(CallEvent::getCallId).containsOnly("4711");
            assertThat(events)
                    .extracting(CallEvent::getType)
                    .containsExactly(CallEventType.NOTICE_GIVEN, CallEventType.PAUSED, CallEventType.WITHDRAWN);
            assertThat(events).extracting(CallEvent::getNoticeTextId).containsExactly("text-3", null, null);
            assertThat(events).extracting(CallEvent::getChannel).containsExactly(null, "customer", null);
        }
    }

    @Test
    void shouldAskForErasureAndSayWhatStaysUntilItsRetention() {
        try (TopicReader reader = reader()) {
            assertThat(run("erase", "--call", "4712")).isZero();

            assertThat(read(reader, 1)).singleElement().satisfies(event -> {
                assertThat(event.getCallId()).isEqualTo("4712");
                assertThat(event.getType()).isEqualTo(CallEventType.ERASED);
            });
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "asked for: pending windows, stored audio and state of call 4712, its record on"
                                + " eu-emotion-calls, and what eu-training-embeddings holds of it",
                        "goes with its retention: records on eu-audio-chunks, kept 6 h",
                        "goes with its retention: records on eu-call-events, kept 7 d",
                        "goes with its retention: records on eu-emotion-tags, kept 7 d",
                        "goes with its retention: records on eu-emotion-alerts, kept 7 d",
                        "goes with its retention: records on eu-audio-chunks-dead, kept 7 d",
                        "goes with its retention: records on eu-policy-audit, kept 190 d",
                        "deleted: 0 labels of it on eu-training-labels");
    }

    @Test
    void shouldSendNothingWhenSomethingIsMissingOrWrong() {
        try (TopicReader reader = reader()) {
            assertThat(run("event", "NOTICE_GIVEN")).isEqualTo(2);
            assertThat(run("event", "ERASED", "--call", "4713")).isEqualTo(2);
            assertThat(run("event", "WITHDRAWN", "--call", " ")).isEqualTo(1);
            assertThat(run("event", "WITHDRAWN", "--call", "4713", "--notice", "text-3"))
                    .isEqualTo(1);
            assertThat(run("erase", "--call", "")).isEqualTo(1);

            assertThat(err.toString())
                    .contains(
                            "undertone: Missing required option: '--call=ID'",
                            "undertone: --call must not be blank",
                            "undertone: --notice goes with NOTICE_GIVEN alone: WITHDRAWN");
            assertThat(reader.poll(Duration.ofMillis(500))).isEmpty();
        }
    }

    private int run(String... args) {
        CommandLine command =
                Undertone.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap", broker.bootstrapServers(), "--prefix", "eu-"));
        return Undertone.execute(command, all.toArray(String[]::new));
    }

    private static TopicReader reader() {
        return TopicReader.open(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                List.of(TOPICS.callEvents()),
                TopologyHarness.SERDES,
                TopicReader.From.END);
    }

    private static List<CallEvent> read(TopicReader reader, int count) {
        List<CallEvent> events = new ArrayList<>();
        while (events.size() < count) { // the test's own time-out ends it
            reader.poll(Duration.ofMillis(200)).forEach(read -> events.add((CallEvent) read.value()));
        }
        return events;
    }
}

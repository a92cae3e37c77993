package io.undertone.streams.cli;

import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone watch`.
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Prints tags as they come, until it is ended (Ctrl-C). Reads committed tags only.")
final class WatchCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(500);

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--call", paramLabel = "ID", description = "only tags of this call")
    private @Nullable String call;

    @Option(names = "--from-beginning", description = "first print what the topic holds")
    private boolean fromBeginning;

    @Option(names = "--count", paramLabel = "N", description = "end after N tags (default: never)")
    private long count = Long.MAX_VALUE;

    @Option(names = "--json", description = "one JSON object a tag")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        TopicSpec<EmotionTag> topic = kafka.topics().emotionTags();
        Map<String, Object> client = kafka.client();
        PrintWriter err = spec.commandLine().getErr();
        Brokers.requireTopics(client, List.of(topic), err);
        TopicReader.From from = fromBeginning ? TopicReader.From.BEGINNING : TopicReader.From.END;
        try (TopicReader reader = TopicReader.open(client, List.of(topic), AvroSerdes.of(kafka.registry()), from)) {
            err.println("undertone: watching " + topic.name() + " at " + kafka.servers());
            print(reader, spec.commandLine().getOut());
        }
        return 0;
    }

    private void print(TopicReader reader, PrintWriter out) {
        TagJson machines = new TagJson(true);
        TagLines people = TagLines.forStdout();
        long printed = 0;
        while (printed < count && !out.checkError()) { // an error: whoever read our output has gone
            for (TopicReader.Read read : reader.poll(POLL)) {
                if (read.value() instanceof EmotionTag tag
                        && (call == null || call.equals(tag.getCallId()))
                        && printed < count) {
                    out.println(json ? machines.ofCall(tag) : people.ofCall(tag));
                    printed++;
                }
            }
        }
    }
}

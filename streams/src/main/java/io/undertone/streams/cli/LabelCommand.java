package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.TrainingKeys;
import io.undertone.schemas.TrainingLabel;
import io.undertone.schemas.serde.AvroSerdes;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone label`.
@Command(
        name = "label",
        mixinStandardHelpOptions = true,
        description = "Says what a stretch of a call really sounds like, to retrain from. Who says it is not recorded.",
        footer = {
            "--file takes many: NAME.csv with the names of these options in its first line, or a JSON object a line.",
            "A label of the same stretch replaces the one before; 'undertone collect' joins labels with embeddings."
        })
final class LabelCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--call", paramLabel = "ID", description = "id of the call")
    private @Nullable String call;

    @Option(names = "--channel", paramLabel = "NAME", description = "channel of the call, for instance customer")
    private @Nullable String channel;

    @Option(names = "--at", paramLabel = "SECONDS", description = "a moment of the call")
    private @Nullable String at;

    @Option(names = "--from", paramLabel = "SECONDS", description = "start of a stretch of the call")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "SECONDS", description = "end of a stretch of the call")
    private @Nullable String to;

    @Option(names = "--emotion", paramLabel = "NAME", description = "a category, for instance anger")
    private @Nullable String emotion;

    @Option(names = "--intensity", paramLabel = "NAME", description = "normal or strong")
    private @Nullable String intensity;

    @Option(names = "--valence", paramLabel = "V", description = "-1 very unpleasant to 1 very pleasant")
    private @Nullable String valence;

    @Option(names = "--arousal", paramLabel = "A", description = "-1 very calm to 1 very excited")
    private @Nullable String arousal;

    @Option(names = "--weight", paramLabel = "W", description = "how often it is drawn beside others (default: 1)")
    private @Nullable String weight;

    @Option(names = "--file", paramLabel = "FILE", description = "labels of a file, instead of these options")
    private @Nullable Path file;

    @Option(names = "--remove", description = "takes the label of that very stretch back")
    private boolean remove;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Instant now = InstantSource.system().instant();
        Map<String, String> given = given();
        if (file != null && (remove || !given.isEmpty())) {
            throw new InvalidInputException("--file stands alone: no other option says what is labelled");
        }
        if (remove) {
            LabelRow row = new LabelRow(given, "");
            LabelRow.Stretch stretch = row.stretch();
            String key = TrainingKeys.label(
                    row.required("call"), row.required("channel"), stretch.startMillis(), stretch.endMillis());
            send(List.of(), List.of(key), now);
            return 0;
        }
        List<LabelRow> rows = file == null ? List.of(new LabelRow(given, "")) : LabelFile.read(file);
        // All of them are looked at before the first is sent.
        send(rows.stream().map(row -> row.label(now)).toList(), List.of(), now);
        return 0;
    }

    private Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        put(given, "call", call);
        put(given, "channel", channel);
        put(given, "at", at);
        put(given, "from", from);
        put(given, "to", to);
        put(given, "emotion", emotion);
        put(given, "intensity", intensity);
        put(given, "valence", valence);
        put(given, "arousal", arousal);
        put(given, "weight", weight);
        return given;
    }

    private static void put(Map<String, String> into, String key, @Nullable String value) {
        if (value != null) {
            into.put(key, value);
        }
    }

    private void send(List<TrainingLabel> labels, List<String> removed, Instant now) {
        TopicSpec<TrainingLabel> topic = kafka.topics().trainingLabels();
        Map<String, Object> client = kafka.client();
        Brokers.requireTopics(client, List.of(topic), spec.commandLine().getErr());
        try (TopicSender<TrainingLabel> sender = TopicSender.open(client, topic, AvroSerdes.of(kafka.registry()))) {
            labels.forEach(label -> sender.post(TrainingKeys.of(label), label, now));
            removed.forEach(key -> sender.post(key, null, now));
            sender.flush();
        }
        spec.commandLine()
                .getErr()
                .println("undertone: " + (labels.size() + removed.size())
                        + (removed.isEmpty() ? " labels sent" : " label taken back"));
    }
}

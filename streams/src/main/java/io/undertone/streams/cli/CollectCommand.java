package io.undertone.streams.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.Sha256;
import io.undertone.schemas.Topics;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.schemas.TrainingKeys;
import io.undertone.schemas.TrainingLabel;
import io.undertone.schemas.serde.AvroSerdes;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone collect`.
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = "Prints every window of which there are an embedding and a label, a JSON object a line: what"
                + " 'train --from BUNDLE --embeddings' reads. Embeddings of a person are personal data.",
        footer =
                "A label touches the windows with which it shares at least half of the shorter one; the latest counts.")
final class CollectCommand implements Callable<Integer> {

    /// Bytes of the digest that stands for a speaker.
    private static final int PSEUDONYM_BYTES = 8;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--model",
            paramLabel = "'NAME VERSION'",
            description = "only embeddings of this bundle (default: there must be those of one bundle only)")
    private @Nullable String model;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Topics topics = kafka.topics();
        Map<String, Object> client = kafka.client();
        PrintWriter err = spec.commandLine().getErr();
        Brokers.requireTopics(client, List.of(topics.trainingEmbeddings(), topics.trainingLabels()), err);
        TopicScan scan = new TopicScan(client, AvroSerdes.of(kafka.registry()));
        Map<String, TrainingLabel> labels = scan.latest(topics.trainingLabels(), (_, _) -> true);
        LabelJoin join = new LabelJoin(labels.values());
        Map<String, TrainingEmbedding> windows =
                scan.latest(topics.trainingEmbeddings(), (_, window) -> join.hasLabels(window));
        print(windows, join, labels.size());
        return 0;
    }

    private void print(Map<String, TrainingEmbedding> windows, LabelJoin join, int labels) {
        List<TrainingEmbedding> joined = windows.values().stream()
                .filter(window -> join.labelOf(window).isPresent())
                .filter(window -> model == null || model.equals(model(window)))
                .sorted(Comparator.comparing(TrainingEmbedding::getCallId)
                        .thenComparing(TrainingEmbedding::getChannel)
                        .thenComparingLong(TrainingEmbedding::getWindowIndex))
                .toList();
        requireOneModel(joined);
        if (joined.isEmpty()) {
            throw new InvalidInputException("none of " + labels + " labels touches a window that was kept"
                    + (model == null ? "" : " of " + model) + "; is retraining-feed.enabled, and was consent given?");
        }
        Set<String> used = new HashSet<>();
        Set<String> speakers = new HashSet<>();
        PrintWriter out = spec.commandLine().getOut();
        for (TrainingEmbedding window : joined) {
            TrainingLabel label = join.labelOf(window).orElseThrow();
            used.add(TrainingKeys.of(label));
            speakers.add(speaker(window));
            out.println(line(window, label));
        }
        spec.commandLine()
                .getErr()
                .println("undertone: " + joined.size() + " windows of " + speakers.size() + " speakers; " + used.size()
                        + " of " + labels + " labels count");
    }

    private static void requireOneModel(List<TrainingEmbedding> joined) {
        Map<String, Integer> models = new TreeMap<>();
        joined.forEach(window -> models.merge(model(window), 1, Integer::sum));
        if (models.size() > 1) {
            throw new InvalidInputException(
                    "embeddings of several bundles do not mix, choose with --model (windows of each): " + models);
        }
    }

    /// Its keys and their order are those of the trainer's `embed`.
    static String line(TrainingEmbedding window, TrainingLabel label) {
        ObjectNode json = TagJson.object();
        json.put("model", model(window));
        ArrayNode values = json.putArray("embedding");
        window.getEmbedding().forEach(value -> values.add(Math.round(value * 1e6) / 1e6));
        json.putObject("said").put("valence", window.getValence()).put("arousal", window.getArousal());
        ObjectNode said = json.putObject("label");
        if (label.getEmotion() != null) {
            said.put("emotion", label.getEmotion());
        }
        if (label.getIntensity() != null) {
            said.put("intensity", label.getIntensity());
        }
        if (label.getValence() != null && label.getArousal() != null) {
            said.put("valence", label.getValence()).put("arousal", label.getArousal());
        }
        json.put("speaker", speaker(window)).put("corpus", "calls").put("weight", label.getWeight());
        return TagJson.write(json);
    }

    private static String model(TrainingEmbedding window) {
        return window.getModel().getName() + " " + window.getModel().getVersion();
    }

    /// The same for all windows of a channel, and always.
    private static String speaker(TrainingEmbedding window) {
        return Sha256.hex(TrainingKeys.channel(window.getCallId(), window.getChannel()), PSEUDONYM_BYTES);
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The catalogue as `KafkaTopic` resources of the Strimzi operator.
public final class StrimziTopics {

    /// Names of Kubernetes resources (RFC 1123): topics may hold more.
    private static final Pattern RESOURCE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    private StrimziTopics() {}

    /// One YAML document a topic.
    ///
    /// @param cluster name of the `Kafka` resource
    /// @param replicationFactor copies of each partition; -1 leaves it to the broker's default
    public static String yaml(Topics topics, String cluster, int replicationFactor) {
        StringBuilder yaml = new StringBuilder();
        for (TopicSpec<?> topic : topics.all()) {
            append(yaml, topic, cluster, replicationFactor);
        }
        return yaml.toString();
    }

    private static void append(StringBuilder yaml, TopicSpec<?> topic, String cluster, int replicationFactor) {
        yaml.append("---\n# ")
                .append(topic.purpose())
                .append(" Keyed by ")
                .append(topic.key())
                .append(".\n");
        yaml.append("apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata:\n");
        yaml.append("  name: ").append(resourceName(topic.name())).append('\n');
        yaml.append("  labels:\n    strimzi.io/cluster: ").append(cluster).append('\n');
        yaml.append("spec:\n  topicName: ").append(topic.name()).append('\n');
        yaml.append("  partitions: ").append(topic.partitions()).append('\n');
        if (replicationFactor > 0) {
            yaml.append("  replicas: ").append(replicationFactor).append('\n');
        }
        yaml.append("  config:\n");
        for (Map.Entry<String, String> config : topic.configs().entrySet()) {
            boolean number = config.getValue().matches("-?\\d+");
            yaml.append("    ").append(config.getKey()).append(": ");
            yaml.append(number ? config.getValue() : '"' + config.getValue() + '"')
                    .append('\n');
        }
    }

    private static String resourceName(String topic) {
        String name = topic.toLowerCase(Locale.ROOT).replace('_', '-');
        if (!RESOURCE_NAME.matcher(name).matches()) {
            throw new InvalidInputException(
                    "topic " + topic + " cannot name a Kubernetes resource; choose another --prefix");
        }
        return name;
    }
}

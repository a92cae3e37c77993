package io.undertone.streams.cli;

import io.undertone.streams.Rights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/// Rights as Kafka's own tool takes them, and as `KafkaUser` resources of the Strimzi operator.
public final class KafkaAcls {

    private KafkaAcls() {}

    /// A command line of `kafka-acls.sh` for all resources of a kind that are used alike.
    public static String commands(List<Rights> rights, String user, String servers) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (Rights right : rights) {
            String options = String.join(
                    "",
                    operations(right).stream()
                            .map(name -> " --operation " + name)
                            .toList());
            if (right.on().patternType() == PatternType.PREFIXED) {
                options += " --resource-pattern-type prefixed";
            }
            names.computeIfAbsent(options, _ -> new ArrayList<>()).add(resource(right.on()));
        }
        StringBuilder commands = new StringBuilder("# " + user + "\n");
        names.forEach((options, resources) -> commands.append("kafka-acls.sh --bootstrap-server ")
                .append(servers)
                .append(" --command-config admin.properties --add --allow-principal 'User:")
                .append(user.replace("'", "'\\''"))
                .append("'")
                .append(options)
                .append(String.join("", resources))
                .append('\n'));
        return commands.toString();
    }

    /// One YAML document. Without `authentication`: how a user logs in is the cluster's choice.
    public static String strimzi(List<Rights> rights, String user, String cluster) {
        StringBuilder yaml = new StringBuilder("---\napiVersion: kafka.strimzi.io/v1\nkind: KafkaUser\nmetadata:\n");
        yaml.append("  name: ").append(user).append('\n');
        yaml.append("  labels:\n    strimzi.io/cluster: ").append(cluster).append('\n');
        yaml.append("spec:\n  authorization:\n    type: simple\n    acls:\n");
        for (Rights right : rights) {
            ResourcePattern on = right.on();
            yaml.append("      - resource: {type: ").append(camel(on.resourceType()));
            if (on.resourceType() != ResourceType.CLUSTER) {
                yaml.append(", name: ").append(on.name());
                yaml.append(", patternType: ").append(on.patternType() == PatternType.PREFIXED ? "prefix" : "literal");
            }
            yaml.append("}\n");
            yaml.append("        operations: [")
                    .append(String.join(", ", operations(right)))
                    .append("]\n");
        }
        return yaml.toString();
    }

    private static List<String> operations(Rights rights) {
        return rights.operations().stream()
                .sorted()
                .map(SecurityUtils::operationName)
                .toList();
    }

    private static String resource(ResourcePattern on) {
        String option = " --" + dashed(on.resourceType());
        return on.resourceType() == ResourceType.CLUSTER ? option : option + " " + on.name();
    }

    private static String dashed(ResourceType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String camel(ResourceType type) {
        return type == ResourceType.TRANSACTIONAL_ID
                ? "transactionalId"
                : type.name().toLowerCase(Locale.ROOT);
    }
}

package io.undertone.deploy;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.streams.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Writes `deploy/asyncapi.yaml`: the catalogue as an AsyncAPI 3 document, for tools that make clients and pages of it.
/// Run in `deploy`.
final class AsyncApiPage {

    static final Path FILE = Path.of("asyncapi.yaml");

    private static final Path RELEASED = Path.of("../schemas/src/main/resources/io/undertone/schemas/released");

    private static final String HEAD = """
        # Generated from the catalogue (io.undertone.schemas.Topics); do not edit it, run AsyncApiPage.
        asyncapi: 3.0.0
        info:
          title: Undertone
          version: 0.1.0
          description: >-
            A streaming emotion tagger for live call audio. Keys are UTF-8 strings. Values are Avro: in the single-object
            encoding, or in the Confluent wire format where a schema registry is configured. The tagger writes in
            transactions: read with isolation.level=read_committed. Operations are the tagger's: what it receives,
            others send. More in docs/topics.md.
          license:
            name: Apache-2.0
        servers:
          cluster:
            host: localhost:9092
            protocol: kafka
        """;

    private AsyncApiPage() {}

    public static void main(String[] args) throws IOException {
        Files.writeString(FILE, yaml());
    }

    static String yaml() throws IOException {
        StringBuilder channels = new StringBuilder("channels:\n");
        StringBuilder operations = new StringBuilder("operations:\n");
        StringBuilder messages = new StringBuilder("components:\n  messages:\n");
        Set<Rights> rights = Set.copyOf(Rights.ofTagger(Topics.defaults(), "undertone", true));
        for (TopicSpec<?> topic : Topics.defaults().all()) {
            String message = topic.valueType().getSimpleName();
            channels.append(channel(topic, message));
            for (AclOperation operation : List.of(AclOperation.READ, AclOperation.WRITE)) {
                if (rights.contains(new Rights(literal(topic), Set.of(operation)))) {
                    operations.append(operation(operation == AclOperation.READ ? "receive" : "send", topic, message));
                }
            }
            messages.append("""
                    %s:
                      name: %s
                      contentType: avro/binary
                      payload:
                        schemaFormat: application/vnd.apache.avro;version=1.9.0
                        schema: {$ref: '%s'}
                      bindings:
                        kafka:
                          key: {type: string, description: %s}
                          bindingVersion: 0.5.0
                """.formatted(message, message, newest(message), topic.key()));
        }
        return HEAD + channels + operations + messages;
    }

    private static String operation(String action, TopicSpec<?> topic, String message) {
        return """
              %s-%s:
                action: %s
                channel: {$ref: '#/channels/%s'}
                messages: [{$ref: '#/channels/%s/messages/%s'}]
            """.formatted(action, topic.name(), action, topic.name(), topic.name(), message);
    }

    private static ResourcePattern literal(TopicSpec<?> topic) {
        return new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL);
    }

    private static String channel(TopicSpec<?> topic, String message) {
        StringBuilder configs = new StringBuilder();
        topic.configs().forEach((key, value) -> {
            if (key.equals("cleanup.policy")) {
                configs.append("          cleanup.policy: [").append(value).append("]\n");
            } else {
                configs.append("          ")
                        .append(key)
                        .append(": ")
                        .append(value)
                        .append('\n');
            }
        });
        return """
              %s:
                address: %s
                description: %s
                messages:
                  %s: {$ref: '#/components/messages/%s'}
                bindings:
                  kafka:
                    partitions: %d
                    topicConfiguration:
            %s        bindingVersion: 0.5.0
            """.formatted(
                        topic.name(), topic.name(), topic.purpose(), message, message, topic.partitions(), configs);
    }

    /// The schema of the last release that changed it, relative to the document.
    private static Path newest(String message) throws IOException {
        try (Stream<Path> versions = Files.list(RELEASED)) {
            return versions.sorted(Comparator.comparingInt(AsyncApiPage::number).reversed())
                    .map(version -> version.resolve(message + ".avsc"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no released schema of " + message));
        }
    }

    /// 2 of `v2`.
    private static int number(Path version) {
        return Integer.parseInt(version.getFileName().toString().substring(1));
    }
}

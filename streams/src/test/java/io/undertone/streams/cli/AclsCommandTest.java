package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.Topics;
import io.undertone.streams.Rights;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.Test;

class AclsCommandTest {

    @Test
    void shouldPrintCommandsThatGrantExactlyTheRights() {
        CommandLineResult result = CommandLineResult.of(
                "acls", "--for", "tagger", "--prefix", "eu-", "--application-id", "ear", "--retraining-feed");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("# undertone\nkafka-acls.sh --bootstrap-server localhost:9092 --command-config"
                        + " admin.properties --add --allow-principal 'User:undertone' --operation Read --topic"
                        + " eu-audio-chunks --topic eu-call-events --topic eu-prompt-banks --group ear\n");
        assertThat(result.out()
                        .lines()
                        .filter(line -> line.startsWith("kafka-acls.sh"))
                        .flatMap(line -> granted(line).stream()))
                .containsExactlyInAnyOrderElementsOf(
                        single(Rights.ofTagger(Topics.defaults().withPrefix("eu-"), "ear", true)));
    }

    @Test
    void shouldPrintEveryPartUnlessOneIsNamed() {
        assertThat(CommandLineResult.of("acls").out())
                .contains(
                        "# undertone\n",
                        "# undertone-gateway\n",
                        "# undertone-analyst\n",
                        "# undertone-editor\n",
                        "# undertone-eraser\n",
                        "# undertone-labeller\n",
                        "# undertone-trainer\n");
        assertThat(CommandLineResult.of("acls", "--for", "analyst", "--user", "CN=ann")
                        .out())
                .contains("--allow-principal 'User:CN=ann' --operation Read --topic emotion-tags")
                .doesNotContain("gateway");
    }

    @Test
    void shouldNotLetARescorerWriteIntoTheLiveTopics() {
        assertThat(CommandLineResult.of("acls", "--for", "rescorer").err())
                .contains("--for rescorer needs --to PREFIX");
        assertThat(CommandLineResult.of("acls").out()).doesNotContain("rescorer");
        assertThat(CommandLineResult.of("acls", "--for", "rescorer", "--to", "trial.")
                        .out())
                .contains("--topic trial.emotion-tags", "--group undertone-rescore-trial.")
                .doesNotContain("--topic emotion-tags");
    }

    @Test
    void shouldQuoteAUserForTheShell() {
        assertThat(CommandLineResult.of("acls", "--for", "analyst", "--user", "CN=O'Brien")
                        .out())
                .contains("--allow-principal 'User:CN=O'\\''Brien' --operation");
    }

    /// As the tool of Kafka reads it: every operation on every resource.
    private static Set<Rights> granted(String command) {
        List<String> words = List.of(command.split(" "));
        PatternType pattern = words.contains("prefixed") ? PatternType.PREFIXED : PatternType.LITERAL;
        Set<AclOperation> operations = values(words, "--operation").stream()
                .map(SecurityUtils::operation)
                .collect(Collectors.toSet());
        Set<Rights> granted = new HashSet<>();
        for (ResourceType type : List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
            String option = "--" + type.name().toLowerCase(Locale.ROOT).replace('_', '-');
            for (String name : values(words, option)) {
                operations.forEach(operation ->
                        granted.add(new Rights(new ResourcePattern(type, name, pattern), Set.of(operation))));
            }
        }
        if (words.contains("--cluster")) {
            operations.forEach(operation -> granted.add(new Rights(
                    new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", pattern), Set.of(operation))));
        }
        return granted;
    }

    private static List<String> values(List<String> words, String option) {
        return IntStream.range(0, words.size() - 1)
                .filter(i -> words.get(i).equals(option))
                .mapToObj(i -> words.get(i + 1))
                .toList();
    }

    private static List<Rights> single(List<Rights> rights) {
        return rights.stream()
                .flatMap(right ->
                        right.operations().stream().map(operation -> new Rights(right.on(), Set.of(operation))))
                .toList();
    }
}

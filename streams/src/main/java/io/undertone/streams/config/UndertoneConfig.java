package io.undertone.streams.config;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Everything that can be set about the tagger. Immutable.
///
/// Read from YAML with dashed keys, for example
///
///     kafka:
///       bootstrap-servers: broker-1:9092,broker-2:9092
///     bundle: /opt/undertone/bundles/compact
///     delivery:
///       commit-interval: 20ms
///
/// Only `bundle` has no default. Unknown keys are refused. Paths are relative to the working folder.
///
/// @param topicPrefix stands before the name of every topic (`topics.prefix`)
/// @param bundle folder of the model bundle
/// @param bundleWatch how often it is looked whether another bundle stands there, to be taken into use while calls run;
///     absent: never
/// @param prompts JSON file of prompts; absent: those of the bundle. Used while the topic of prompt banks holds none of
///     the id `promptBank`
/// @param promptBank id of the bank that is taken from the topic of prompt banks, where it can be changed live
/// @param alerts in the order of the file, names unique
/// @param stateDir folder of the local state. Must outlive the process and belong to one instance: the seat in the
///     group, the transactional id and the restored audio hang on it
public record UndertoneConfig(
        KafkaConfig kafka,
        RegistryConfig schemaRegistry,
        String topicPrefix,
        Path bundle,
        Optional<Duration> bundleWatch,
        Optional<Path> prompts,
        String promptBank,
        InferenceConfig inference,
        WindowingConfig windowing,
        GateConfig gate,
        RankingConfig ranking,
        PolicyConfig policy,
        SummaryConfig summaries,
        List<AlertRule> alerts,
        RetrainingFeedConfig retrainingFeed,
        DeliveryConfig delivery,
        HttpConfig http,
        Path stateDir) {

    static final String TOPIC_PREFIX = "";
    static final String PROMPT_BANK = "default";
    static final Path STATE_DIR = Path.of(System.getProperty("user.home", "."), ".undertone", "state");

    public UndertoneConfig {
        if (!topicPrefix.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException(
                    "'topics.prefix' must be letters, digits, '.', '_' or '-': '" + topicPrefix + "'");
        }
        alerts = List.copyOf(alerts);
        Set<String> names = new HashSet<>();
        for (AlertRule rule : alerts) {
            if (!names.add(rule.name())) {
                throw new IllegalArgumentException("'alerts.name' must be unique: '" + rule.name() + "'");
            }
        }
        bundleWatch.ifPresent(
                every -> Range.check("bundle-watch", every, Duration.ofMillis(100), Duration.ofHours(24)));
        if (promptBank.isBlank()) {
            throw new IllegalArgumentException("'prompt-bank' must not be blank");
        }
    }

    /// @throws InvalidInputException naming file, line and key if something is wrong
    public static UndertoneConfig read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + ": no such file (expected the configuration as YAML)", e);
        } catch (MalformedInputException e) {
            throw new InvalidInputException(file + ": not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /// @param source names the text in messages
    public static UndertoneConfig parse(String yaml, String source) {
        Section root = Section.root(source, YamlNode.parse(yaml, source));
        UndertoneConfig config = root.located(section -> new UndertoneConfig(
                section.group("kafka", KafkaConfig::read),
                section.group("schema-registry", RegistryConfig::read),
                section.group("topics", topics -> topics.text("prefix", TOPIC_PREFIX)),
                Path.of(section.requiredText("bundle")),
                section.optionalDuration("bundle-watch"),
                section.optionalText("prompts").map(Path::of),
                section.text("prompt-bank", PROMPT_BANK),
                section.group("inference", InferenceConfig::read),
                section.group("windowing", WindowingConfig::read),
                section.group("gate", GateConfig::read),
                section.group("ranking", RankingConfig::read),
                section.group("policy", PolicyConfig::read),
                section.group("summaries", SummaryConfig::read),
                section.groups("alerts", AlertRule::read),
                section.group("retraining-feed", RetrainingFeedConfig::read),
                section.group("delivery", DeliveryConfig::read),
                section.group("http", HttpConfig::read),
                section.optionalText("state-dir").map(Path::of).orElse(STATE_DIR)));
        root.end();
        return config;
    }

    /// The defaults, for a bundle.
    public static UndertoneConfig forBundle(Path bundle) {
        return parse("bundle: placeholder", "defaults").withBundle(bundle);
    }

    public UndertoneConfig withBundle(Path value) {
        return new UndertoneConfig(
                kafka,
                schemaRegistry,
                topicPrefix,
                value,
                bundleWatch,
                prompts,
                promptBank,
                inference,
                windowing,
                gate,
                ranking,
                policy,
                summaries,
                alerts,
                retrainingFeed,
                delivery,
                http,
                stateDir);
    }

    public UndertoneConfig withKafka(KafkaConfig value) {
        return new UndertoneConfig(
                value,
                schemaRegistry,
                topicPrefix,
                bundle,
                bundleWatch,
                prompts,
                promptBank,
                inference,
                windowing,
                gate,
                ranking,
                policy,
                summaries,
                alerts,
                retrainingFeed,
                delivery,
                http,
                stateDir);
    }

    public UndertoneConfig withPrompts(Optional<Path> value) {
        return new UndertoneConfig(
                kafka,
                schemaRegistry,
                topicPrefix,
                bundle,
                bundleWatch,
                value,
                promptBank,
                inference,
                windowing,
                gate,
                ranking,
                policy,
                summaries,
                alerts,
                retrainingFeed,
                delivery,
                http,
                stateDir);
    }

    public UndertoneConfig withStateDir(Path value) {
        return new UndertoneConfig(
                kafka,
                schemaRegistry,
                topicPrefix,
                bundle,
                bundleWatch,
                prompts,
                promptBank,
                inference,
                windowing,
                gate,
                ranking,
                policy,
                summaries,
                alerts,
                retrainingFeed,
                delivery,
                http,
                value);
    }

    /// Of a tagger beside this one: another group and other state, nothing told over HTTP, one bundle, no embeddings
    /// kept.
    public UndertoneConfig forRescoring(String applicationId) {
        return new UndertoneConfig(
                kafka.withApplicationId(applicationId),
                schemaRegistry,
                topicPrefix,
                bundle,
                Optional.empty(),
                prompts,
                promptBank,
                inference,
                windowing,
                gate,
                ranking,
                policy,
                summaries,
                alerts,
                new RetrainingFeedConfig(false, retrainingFeed.share(), retrainingFeed.remember()),
                delivery,
                new HttpConfig(HttpConfig.ADDRESS, Optional.empty()),
                stateDir);
    }
}

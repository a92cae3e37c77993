package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must be true before the tagger starts, said in words that need no knowledge of Kafka Streams.
final class StartChecks {

    private static final Logger log = LoggerFactory.getLogger(StartChecks.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private final UndertoneConfig config;
    private final Topics topics;
    private final LongSupplier nanoTime;

    /// @param nanoTime a clock like [System#nanoTime]
    StartChecks(UndertoneConfig config, Topics topics, LongSupplier nanoTime) {
        this.config = config;
        this.topics = topics;
        this.nanoTime = nanoTime;
    }

    /// @return the configuration, with what was agreed with the brokers
    /// @throws InvalidInputException if no broker answers in time, a topic is missing or has too few partitions, or
    ///     the brokers refuse the session time-out
    UndertoneConfig run() throws InterruptedException {
        long deadline = nanoTime.getAsLong() + config.kafka().connectTimeout().toNanos();
        boolean said = false;
        while (true) {
            try (Admin admin = open()) {
                checkTopics(admin);
                return config.withKafka(config.kafka()
                        .withSessionTimeout(
                                SessionTimeout.agree(admin, config.kafka().sessionTimeout())));
            } catch (TimeoutException | KafkaException e) {
                Optional<String> refusal = BrokerRefusal.of(e, servers());
                if (refusal.isPresent()) { // trying again does not help
                    throw new InvalidInputException(refusal.get(), e);
                }
                long left = deadline - nanoTime.getAsLong();
                if (left <= 0) {
                    throw new InvalidInputException(
                            "no Kafka broker answered at " + servers() + " within "
                                    + config.kafka().connectTimeout().toSeconds()
                                    + " s (kafka.bootstrap-servers, kafka.connect-timeout)" + hint(),
                            e);
                }
                if (!said) {
                    log.warn(
                            "no Kafka broker answers at {}; trying for {} s more{}",
                            servers(),
                            TimeUnit.NANOSECONDS.toSeconds(left),
                            hint());
                    said = true;
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(left, Duration.ofMillis(500).toNanos()));
            }
        }
    }

    private Admin open() {
        try {
            return Admin.create(settings());
        } catch (KafkaException e) {
            throw BrokerRefusal.ofSettings(e)
                    .<KafkaException>map(reason -> {
                        throw new InvalidInputException(reason, e);
                    })
                    .orElse(e);
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = StreamsSettings.adminSettings(config);
        int attempt = (int)
                Math.min(ATTEMPT.toMillis(), config.kafka().connectTimeout().toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, attempt);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, attempt);
        return settings;
    }

    private String hint() {
        return BrokerRefusal.hint(
                servers(), config.kafka().clientProperties().get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG));
    }

    private void checkTopics(Admin admin) throws InterruptedException, TimeoutException {
        List<Rights> rights = Rights.ofTagger(
                topics, config.kafka().applicationId(), config.retrainingFeed().enabled());
        List<String> needed = rights.stream()
                .map(Rights::on)
                .filter(on -> on.resourceType() == ResourceType.TOPIC && on.patternType() == PatternType.LITERAL)
                .map(ResourcePattern::name)
                .toList();
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        needed, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        Map<String, Integer> partitions = new HashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> denied = new ArrayList<>();
        for (String topic : needed) {
            switch (answer(answers.get(topic))) {
                case Answer.Missing _ -> missing.add("'" + topic + "'");
                case Answer.Hidden _ -> denied.add("'" + topic + "'");
                case Answer.Found(TopicDescription found) -> {
                    partitions.put(topic, found.partitions().size());
                    lacking(found, rights).ifPresent(operations -> denied.add(operations + " '" + topic + "'"));
                }
            }
        }
        if (!denied.isEmpty()) {
            throw new InvalidInputException("the Kafka broker at " + servers() + " does not let this user use topics: "
                    + String.join(", ", denied) + "; 'undertone acls' prints what it needs");
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException((missing.size() == 1 ? "topic " : "topics ") + String.join(", ", missing)
                    + (missing.size() == 1 ? " is" : " are") + " missing at " + servers() + "; create with: "
                    + createCommand());
        }
        checkPartitions(partitions);
    }

    /// What the broker says of a topic.
    private sealed interface Answer {

        record Found(TopicDescription description) implements Answer {}

        record Missing() implements Answer {}

        /// Somebody without a right on it is not told whether it is there.
        record Hidden() implements Answer {}
    }

    private static Answer answer(@Nullable KafkaFuture<TopicDescription> future)
            throws InterruptedException, TimeoutException {
        if (future == null) {
            return new Answer.Missing();
        }
        try {
            return new Answer.Found(future.get(2 * ATTEMPT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case UnknownTopicOrPartitionException _ -> new Answer.Missing();
                case TopicAuthorizationException _ -> new Answer.Hidden();
                case KafkaException cause -> throw cause;
                case null, default -> throw new KafkaException(e.getCause());
            };
        }
    }

    /// The operations on a topic that the tagger needs and its user is not allowed; empty for none, and for a broker
    /// that does not say.
    private static Optional<String> lacking(TopicDescription topic, List<Rights> rights) {
        Set<AclOperation> allowed = topic.authorizedOperations();
        if (allowed == null) {
            return Optional.empty();
        }
        List<String> lacking = rights.stream()
                .filter(right -> right.on().name().equals(topic.name()))
                .flatMap(right -> right.operations().stream())
                .filter(operation -> !allowed.contains(operation))
                .map(Enum::name)
                .sorted()
                .toList();
        return lacking.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", lacking));
    }

    private void checkPartitions(Map<String, Integer> partitions) {
        String audio = topics.audioChunks().name();
        String events = topics.callEvents().name();
        int count = partitions.getOrDefault(audio, 0);
        int threads = config.kafka().streamThreads();
        if (count < threads) {
            throw new InvalidInputException("topic '" + audio + "' must have at least " + threads
                    + " partitions, one for each of kafka.stream-threads: " + count + "; lower that, or create"
                    + " the topic anew with: " + createCommand());
        }
        if (!partitions.getOrDefault(events, count).equals(count)) {
            throw new InvalidInputException("topics '" + audio + "' and '" + events
                    + "' must have the same number of partitions, so that a call's events meet its audio: " + count
                    + " and " + partitions.get(events) + "; create one of them anew with: " + createCommand());
        }
    }

    private String createCommand() {
        String prefix = config.topicPrefix().isEmpty() ? "" : " --prefix " + config.topicPrefix();
        return "undertone topics --bootstrap " + servers() + prefix;
    }

    private String servers() {
        return config.kafka().bootstrapServers();
    }
}

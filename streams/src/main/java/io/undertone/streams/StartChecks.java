package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
            try (Admin admin = Admin.create(settings())) {
                checkTopics(admin);
                return config.withKafka(config.kafka()
                        .withSessionTimeout(
                                SessionTimeout.agree(admin, config.kafka().sessionTimeout())));
            } catch (TimeoutException | KafkaException e) {
                refuseHopeless(e);
                long left = deadline - nanoTime.getAsLong();
                if (left <= 0) {
                    throw new InvalidInputException(
                            "no Kafka broker answered at " + servers() + " within "
                                    + config.kafka().connectTimeout().toSeconds()
                                    + " s (kafka.bootstrap-servers, kafka.connect-timeout)",
                            e);
                }
                if (!said) {
                    log.warn(
                            "no Kafka broker answers at {}; trying for {} s more",
                            servers(),
                            TimeUnit.NANOSECONDS.toSeconds(left));
                    said = true;
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(left, Duration.ofMillis(500).toNanos()));
            }
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

    /// Trying again helps against a broker that is not up yet, not against a wrong password.
    private void refuseHopeless(Exception e) {
        if (e instanceof AuthenticationException || e instanceof AuthorizationException) {
            throw new InvalidInputException("the Kafka broker at " + servers() + " refused us: " + e.getMessage(), e);
        }
    }

    private void checkTopics(Admin admin) throws InterruptedException, TimeoutException {
        List<TopicSpec<?>> needed = new ArrayList<>(List.of(
                topics.audioChunks(),
                topics.callEvents(),
                topics.promptBanks(),
                topics.emotionTags(),
                topics.emotionCalls(),
                topics.emotionAlerts(),
                topics.audioChunksDead(),
                topics.policyAudit()));
        if (config.retrainingFeed().enabled()) {
            needed.add(topics.trainingEmbeddings());
        }
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        needed.stream().map(TopicSpec::name).toList())
                .topicNameValues();
        Map<String, Integer> partitions = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (TopicSpec<?> topic : needed) {
            KafkaFuture<TopicDescription> answer = answers.get(topic.name());
            if (answer != null) {
                partitions(answer)
                        .ifPresentOrElse(
                                count -> partitions.put(topic.name(), count),
                                () -> missing.add("'" + topic.name() + "'"));
            }
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException((missing.size() == 1 ? "topic " : "topics ") + String.join(", ", missing)
                    + (missing.size() == 1 ? " is" : " are") + " missing at " + servers() + "; create with: "
                    + createCommand());
        }
        checkPartitions(partitions);
    }

    /// @return empty if there is no such topic
    private static Optional<Integer> partitions(KafkaFuture<TopicDescription> answer)
            throws InterruptedException, TimeoutException {
        try {
            return Optional.of(answer.get(2 * ATTEMPT.toMillis(), TimeUnit.MILLISECONDS)
                    .partitions()
                    .size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
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

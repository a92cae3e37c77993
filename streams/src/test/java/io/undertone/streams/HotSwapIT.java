package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.TestBundles;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.TopicReader;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bundles are switched, by a symbolic link, under a tagger that runs on a real broker.
@Timeout(240)
final class HotSwapIT {

    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int CALLS = 6;
    private static final int SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void shouldTagEveryWindowOnceAndInOrderWhileTheBundleIsSwapped() throws Exception {
        Path first = TestBundles.tiny();
        Path failing = bundle("failing", "\"temperature\" : ", "\"temperature\" : 9");
        Path second = bundle("second", "\"0.1.0\"", "\"0.2.0\"");
        Path link = folder.resolve("current");
        switchTo(link, first);
        Topics topics = Topics.defaults().withPrefix("swap-").withCallPartitions(2);
        long windows = CALLS * (SECONDS - 2);

        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            broker.createTopics(topics);
            try (TaggerApplication tagger = TaggerApplication.start(config(broker, link));
                    TopicReader reader = TopicReader.open(
                            Map.of("bootstrap.servers", broker.bootstrapServers()),
                            List.of(topics.emotionTags()),
                            TopologyHarness.SERDES,
                            TopicReader.From.BEGINNING)) {
                CountDownLatch swapped = new CountDownLatch(1);
                CompletableFuture<Integer> sender = CompletableFuture.supplyAsync(() -> send(broker, topics, swapped));
                List<EmotionTag> tags = new ArrayList<>();
                read(reader, tags, () -> tags.size() >= windows / 12);
                switchTo(link, failing);
                read(reader, tags, () -> tagger.counters().bundlesRefused() == 1);
                switchTo(link, second);
                read(reader, tags, () -> tagger.counters().bundlesSwapped() == 1);
                swapped.countDown();
                assertThat(sender.get()).as("chunks sent after the swap").isPositive();
                read(reader, tags, () -> tags.size() >= windows);
                assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();

                assertOnceAndInOrder(tags);
                assertThat(tagger.counters().bundlesRefused()).isEqualTo(1);
                assertThat(tagger.counters().deadLetters()).isZero();
            }
        }
    }

    /// Slowly until the swap, so that it falls into the calls however slow the machine is.
    ///
    /// @return chunks that were sent after it
    private static int send(TestBroker broker, Topics topics, CountDownLatch swapped) {
        int after = 0;
        try (KafkaProducer<String, AudioChunk> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                TopologyHarness.SERDES.serde(AudioChunk.class).serializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (AudioChunk chunk : new CallTraffic(CALLS, SECONDS, 7).records()) {
                after += swapped.await(40, TimeUnit.MILLISECONDS) ? 1 : 0;
                sent.add(producer.send(new ProducerRecord<>(topics.audioChunks().name(), chunk.getCallId(), chunk)));
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                acknowledged.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return after;
    }

    private static void assertOnceAndInOrder(List<EmotionTag> tags) {
        Map<String, List<EmotionTag>> byCall = new TreeMap<>();
        tags.forEach(tag ->
                byCall.computeIfAbsent(tag.getCallId(), _ -> new ArrayList<>()).add(tag));
        assertThat(byCall).hasSize(CALLS);
        byCall.forEach((call, ofCall) -> {
            assertThat(ofCall)
                    .as(call)
                    .extracting(EmotionTag::getWindowIndex)
                    .containsExactlyElementsOf(
                            LongStream.range(0, SECONDS - 2).boxed().toList());
            List<String> versions =
                    ofCall.stream().map(tag -> tag.getModel().getVersion()).toList();
            assertThat(versions).as(call).isSorted().contains("0.1.0", "0.2.0");
            assertThat(ofCall).as(call).noneMatch(tag -> tag.getAbstained() != null);
        });
    }

    private static void read(TopicReader reader, List<EmotionTag> tags, BooleanSupplier enough) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!enough.getAsBoolean() && System.nanoTime() < deadline) {
            reader.poll(Duration.ofMillis(50)).forEach(read -> tags.add((EmotionTag) read.value()));
        }
    }

    private UndertoneConfig config(TestBroker broker, Path bundle) {
        return UndertoneConfig.parse("""
            kafka: {bootstrap-servers: %s, application-id: swap-tagger, session-timeout: 45s}
            delivery: {transaction-timeout: 60s}
            topics: {prefix: swap-}
            bundle: %s
            bundle-watch: 200ms
            inference: {device: cpu, max-batch: 8}
            gate: {min-speech-ratio: 0, abstain-uncertain: false}
            policy: {require-notice: false}
            state-dir: %s
            """.formatted(broker.bootstrapServers(), bundle, folder.resolve("state")), "test");
    }

    /// At once, as `ln -sfn` does not, and `mv -T` does.
    private static void switchTo(Path link, Path bundle) throws IOException {
        Path next = link.resolveSibling("next");
        Files.createSymbolicLink(next, bundle.toAbsolutePath());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path bundle(String name, String from, String to) throws IOException {
        Path copy = TestBundles.copyTiny(folder.resolve(name));
        Path manifest = copy.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst(Pattern.quote(from), to));
        return copy;
    }
}

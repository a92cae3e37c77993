package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.CallSummary;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionAlert;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Role;
import io.undertone.schemas.Topics;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.config.AlertRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// The topology under Kafka's test driver, with an encoder's queue of the test's choice. A restart keeps the
/// stores, as a restore from the changelog would, and nothing else.
final class TopologyHarness implements AutoCloseable {

    static final Topics TOPICS = Topics.defaults();
    static final AvroSerdes SERDES = AvroSerdes.of(Map.of());
    /// The bank that the tagger looks for.
    static final String BANK = "support";
    private static final FeedRules NO_FEED = new FeedRules(false, 1, Duration.ofDays(32));
    static final Instant START = Instant.parse("2026-01-05T10:00:00Z");

    private Tagging tagging;
    private final List<TestRecord<String, byte[]>> banks = new ArrayList<>();
    private final ChannelRules rules;
    private final Scope scope;
    private final Path folder;
    private EncodeQueue queue;
    private final TaggerCounters counters = new TaggerCounters();
    private final InFlight inFlight = new InFlight();
    private TopologyTestDriver driver;
    private LiveTagging live;
    private TestInputTopic<String, byte[]> input;
    private TestInputTopic<String, byte[]> prompts;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, EmotionTag> tags;
    private TestOutputTopic<String, DeadChunk> dead;
    private TestOutputTopic<String, CallSummary> summaries;
    private TestOutputTopic<String, EmotionAlert> alerts;
    private TestOutputTopic<String, PolicyRecord> audit;
    private TestOutputTopic<String, TrainingEmbedding> embeddings;
    private Instant now = START;

    TopologyHarness(Tagging tagging, ChannelRules rules, EncodeQueue queue, Path folder) {
        this(tagging, rules, queue, Scope.LIVE, folder);
    }

    TopologyHarness(Tagging tagging, ChannelRules rules, EncodeQueue queue, Scope scope, Path folder) {
        this.tagging = tagging;
        this.rules = rules;
        this.scope = scope;
        this.queue = queue;
        this.folder = folder;
        open(Map.of());
    }

    /// Customers are scored, whatever events say.
    static ChannelRules rules() {
        return rules(new PolicyRules(Set.of(Role.CUSTOMER), false, false), 64);
    }

    static ChannelRules rules(PolicyRules policy, int pendingBound) {
        return new ChannelRules(
                policy,
                Duration.ofHours(24),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofMinutes(10),
                pendingBound,
                true,
                Duration.ofSeconds(5),
                List.of(),
                NO_FEED);
    }

    /// As `rules`, with embeddings kept of those who consented.
    ///
    /// @param share of the windows
    static ChannelRules rulesWithFeed(PolicyRules policy, int pendingBound, double share) {
        ChannelRules rules = rules(policy, pendingBound);
        return new ChannelRules(
                policy,
                rules.rememberCalls(),
                rules.gapTimeout(),
                rules.idleTimeout(),
                rules.rememberFinished(),
                pendingBound,
                true,
                rules.summaryEvery(),
                List.of(),
                new FeedRules(true, share, Duration.ofDays(32)));
    }

    static ChannelRules rulesWithAlerts(AlertRule... alerts) {
        ChannelRules rules = rules();
        return new ChannelRules(
                rules.policy(),
                rules.rememberCalls(),
                rules.gapTimeout(),
                rules.idleTimeout(),
                rules.rememberFinished(),
                64,
                true,
                rules.summaryEvery(),
                List.of(alerts),
                NO_FEED);
    }

    static ChannelRules rulesWithBound(int pendingBound) {
        return rules(rules().policy(), pendingBound);
    }

    private void open(Map<String, Map<Bytes, byte[]>> stores) {
        Patience patience = new Patience(Duration.ofMillis(100), System::nanoTime);
        int maxPayloadBytes = tagging.limits().maxPayloadBytes();
        live = new LiveTagging(tagging, BANK, "prompt-banks", SERDES.deserializer(PromptBankRecord.class), counters);
        Topology topology = TaggingTopology.assemble(TOPICS, SERDES, maxPayloadBytes, live, () -> {
            ChunkReader reader =
                    new ChunkReader(SERDES.deserializer(AudioChunk.class), "audio-chunks", maxPayloadBytes);
            EventReader eventReader = new EventReader(SERDES.deserializer(CallEvent.class), "call-events");
            return new Restored(
                    stores,
                    new TaggingProcessor(live, rules, scope, reader, eventReader, queue, patience, inFlight, counters));
        });
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
        settings.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "DEBUG");
        driver = new TopologyTestDriver(topology, settings, now);
        input = driver.createInputTopic("audio-chunks", new StringSerializer(), new ByteArraySerializer());
        prompts = driver.createInputTopic("prompt-banks", new StringSerializer(), new ByteArraySerializer());
        events = driver.createInputTopic("call-events", new StringSerializer(), new ByteArraySerializer());
        tags = driver.createOutputTopic(
                "emotion-tags", new StringDeserializer(), SERDES.deserializer(EmotionTag.class));
        dead = driver.createOutputTopic(
                "audio-chunks-dead", new StringDeserializer(), SERDES.deserializer(DeadChunk.class));
        summaries = driver.createOutputTopic(
                "emotion-calls", new StringDeserializer(), SERDES.deserializer(CallSummary.class));
        alerts = driver.createOutputTopic(
                "emotion-alerts", new StringDeserializer(), SERDES.deserializer(EmotionAlert.class));
        embeddings = driver.createOutputTopic(
                "training-embeddings", new StringDeserializer(), SERDES.deserializer(TrainingEmbedding.class));
        audit = driver.createOutputTopic(
                "policy-audit", new StringDeserializer(), SERDES.deserializer(PolicyRecord.class));
    }

    /// The task closes and is opened again, perhaps elsewhere. Tags that were not read yet are lost: read them before.
    void restart(EncodeQueue newQueue) {
        Map<String, Map<Bytes, byte[]>> stores = Map.of(
                TaggingTopology.CHUNK_STORE, content(TaggingTopology.CHUNK_STORE),
                TaggingTopology.CHANNEL_STORE, content(TaggingTopology.CHANNEL_STORE),
                TaggingTopology.CALL_STORE, content(TaggingTopology.CALL_STORE),
                TaggingTopology.TALLY_STORE, content(TaggingTopology.TALLY_STORE),
                TaggingTopology.ALERT_STORE, content(TaggingTopology.ALERT_STORE),
                TaggingTopology.KEPT_STORE, content(TaggingTopology.KEPT_STORE));
        driver.close();
        queue = newQueue;
        open(stores);
        banks.forEach(prompts::pipeInput); // the global table is read before a task runs
    }

    /// Another bundle takes the place of the one in use, also over a restart.
    void swap(Tagging other) {
        live.swap(other);
        tagging = other;
    }

    /// A record on the topic of prompt banks.
    void putBank(@Nullable String key, byte @Nullable [] value) {
        TestRecord<String, byte[]> record = new TestRecord<>(key, value, now);
        banks.add(record);
        prompts.pipeInput(record);
    }

    void putBank(PromptBankRecord bank) {
        putBank(bank.getId(), SERDES.serde(PromptBankRecord.class).serializer().serialize("prompt-banks", bank));
    }

    /// Something happens to a call, now.
    void happens(String callId, CallEventType type) {
        send(new CallEvent(callId, type, now, null, null));
    }

    void send(CallEvent event) {
        sendEvent(event.getCallId(), SERDES.serde(CallEvent.class).serializer().serialize("call-events", event));
    }

    void sendEvent(@Nullable String key, byte @Nullable [] value) {
        events.pipeInput(new TestRecord<>(key, value, now));
    }

    void send(AudioChunk chunk) {
        sendBytes(
                chunk.getCallId(),
                SERDES.serde(AudioChunk.class).serializer().serialize("audio-chunks", chunk),
                chunk.getCapturedAt());
    }

    void sendAll(List<AudioChunk> chunks) {
        chunks.forEach(this::send);
    }

    void send(AudioChunk chunk, String header, String value) {
        TestRecord<String, byte[]> record = new TestRecord<>(
                chunk.getCallId(),
                SERDES.serde(AudioChunk.class).serializer().serialize("audio-chunks", chunk),
                chunk.getCapturedAt());
        record.headers().add(header, value.getBytes(StandardCharsets.US_ASCII));
        input.pipeInput(record);
    }

    InFlight inFlight() {
        return inFlight;
    }

    void sendBytes(@Nullable String key, byte @Nullable [] value, Instant timestamp) {
        input.pipeInput(new TestRecord<>(key, value, timestamp));
    }

    /// Wall-clock time passes in small steps, as it does for a running task.
    void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 100) {
            now = now.plusMillis(Math.min(100, left));
            driver.advanceWallClockTime(Duration.ofMillis(Math.min(100, left)));
        }
    }

    /// The clock jumps, as after a long pause of the process.
    void skip(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    /// One round of the drain.
    void drain() {
        now = now.plus(TaggingProcessor.DRAIN_INTERVAL);
        driver.advanceWallClockTime(TaggingProcessor.DRAIN_INTERVAL);
    }

    List<EmotionTag> tags() {
        return tags.readValuesToList();
    }

    List<TestRecord<String, EmotionTag>> tagRecords() {
        return tags.readRecordsToList();
    }

    List<DeadChunk> dead() {
        return dead.readValuesToList();
    }

    List<TestRecord<String, DeadChunk>> deadRecords() {
        return dead.readRecordsToList();
    }

    /// Values may be null: tombstones.
    List<KeyValue<String, CallSummary>> summaries() {
        return summaries.readKeyValuesToList();
    }

    List<EmotionAlert> alerts() {
        return alerts.readValuesToList();
    }

    List<TestRecord<String, EmotionAlert>> alertRecords() {
        return alerts.readRecordsToList();
    }

    /// Values may be null: tombstones.
    List<TestRecord<String, TrainingEmbedding>> embeddings() {
        return embeddings.readRecordsToList();
    }

    int stored(String store) {
        return content(store).size();
    }

    List<PolicyRecord> audit() {
        return audit.readValuesToList();
    }

    /// Reads what came out on all topics of results since it was last read.
    void readInto(Results results) {
        tags.readRecordsToList().forEach(record -> add(results, "emotion-tags", record));
        summaries.readRecordsToList().forEach(record -> add(results, "emotion-calls", record));
        alerts.readRecordsToList().forEach(record -> add(results, "emotion-alerts", record));
        dead.readRecordsToList().forEach(record -> add(results, "audio-chunks-dead", record));
        audit.readRecordsToList().forEach(record -> add(results, "policy-audit", record));
    }

    private static void add(Results results, String topic, TestRecord<String, ? extends SpecificRecord> record) {
        results.add(topic, record.key(), record.value(), record.timestamp());
    }

    TaggerCounters.Snapshot counters() {
        return counters.snapshot();
    }

    int storedCalls() {
        return content(TaggingTopology.CALL_STORE).size();
    }

    int storedChunks() {
        return content(TaggingTopology.CHUNK_STORE).size();
    }

    List<ChannelState> storedChannels() {
        return content(TaggingTopology.CHANNEL_STORE).values().stream()
                .map(ChannelState::fromBytes)
                .toList();
    }

    /// How often punctuators fire while the clock goes on: 0 when none is armed.
    long punctuations(Duration time) {
        double before = punctuations();
        pass(time);
        return Math.round(punctuations() - before);
    }

    private double punctuations() {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("punctuate-total"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }

    private Map<Bytes, byte[]> content(String store) {
        Map<Bytes, byte[]> content = new LinkedHashMap<>();
        KeyValueStore<Bytes, byte[]> opened = driver.getKeyValueStore(store);
        try (KeyValueIterator<Bytes, byte[]> all = opened.all()) {
            all.forEachRemaining(entry -> content.put(entry.key, entry.value));
        }
        return content;
    }

    @Override
    public void close() {
        driver.close();
    }

    /// Fills the stores before the processor opens, as a restore does.
    private record Restored(
            Map<String, Map<Bytes, byte[]>> stores, Processor<String, byte[], String, SpecificRecord> processor)
            implements Processor<String, byte[], String, SpecificRecord> {

        @Override
        public void init(ProcessorContext<String, SpecificRecord> context) {
            stores.forEach((name, content) -> {
                KeyValueStore<Bytes, byte[]> store = context.getStateStore(name);
                content.forEach(store::put);
            });
            processor.init(context);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            processor.process(record);
        }

        @Override
        public void close() {
            processor.close();
        }
    }
}

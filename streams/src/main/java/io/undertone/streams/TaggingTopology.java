package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// How the tagger hangs together: two sources, one processor with its stores, its sinks, and the prompts beside them.
///
///     audio-chunks ─► audio ──► tag ─┬─► tags         ─► emotion-tags
///     call-events  ─► events ─┘ │    ├─► summaries    ─► emotion-calls
///              chunks, channels ┤    ├─► told         ─► emotion-alerts
///  calls, tallies, alerts, kept ┘    ├─► embeddings   ─► training-embeddings
///                                    ├─► dead-letters ─► audio-chunks-dead
///                                    └─► audit        ─► policy-audit
///     prompt-banks ─► prompts ─► take-prompts (a global table: all of it in every process)
///
/// The names are part of the contract: Kafka Streams makes names of topics out of them, and a store whose name changes
/// has lost its content.
final class TaggingTopology {

    static final String SOURCE = "audio";
    static final String EVENT_SOURCE = "events";
    static final String PROCESSOR = "tag";
    static final String TAG_SINK = "tags";
    static final String SUMMARY_SINK = "summaries";
    static final String ALERT_SINK = "told";
    static final String EMBEDDING_SINK = "embeddings";
    static final String DEAD_LETTER_SINK = "dead-letters";
    static final String AUDIT_SINK = "audit";

    /// Audio that is still needed: some seconds of each open channel.
    static final String CHUNK_STORE = "chunks";
    /// Where each channel stands.
    static final String CHANNEL_STORE = "channels";

    /// What events said of each call.
    static final String CALL_STORE = "calls";
    /// What the tags of each channel add up to.
    static final String TALLY_STORE = "tallies";
    /// Where the alert rules stand on each channel.
    static final String ALERT_STORE = "alerts";
    /// Which windows have an embedding on the topic of embeddings.
    static final String KEPT_STORE = "kept";

    /// Those that have a changelog.
    private static final List<String> LOGGED_STORES =
            List.of(CHUNK_STORE, CHANNEL_STORE, CALL_STORE, TALLY_STORE, ALERT_STORE, KEPT_STORE);

    /// Prompt banks by id, as they came; the same in every process.
    static final String BANK_STORE = "prompt-banks";
    private static final String BANK_SOURCE = "prompts";
    private static final String BANK_PROCESSOR = "take-prompts";

    /// What a record holds beside its payload, at most: names, numbers and Kafka's own overhead.
    private static final int RECORD_OVERHEAD_BYTES = 64 << 10;

    /// What records without audio may take: a tag holds every prompt of its bank.
    private static final int PLAIN_RECORD_BYTES = 1 << 20;

    private TaggingTopology() {}

    /// @param scope shared by all tasks
    /// @param encoder shared by all tasks
    /// @param patience shared by all tasks
    /// @param inFlight shared by all tasks
    static Topology build(
            Topics topics,
            AvroSerdes serdes,
            LiveTagging tagging,
            ChannelRules rules,
            Scope scope,
            EncodeQueue encoder,
            Patience patience,
            InFlight inFlight,
            TaggerCounters counters) {
        String source = topics.audioChunks().name();
        int maxPayloadBytes = tagging.current().limits().maxPayloadBytes();
        return assemble(topics, serdes, maxPayloadBytes, tagging, () -> {
            ChunkReader reader = new ChunkReader(serdes.deserializer(AudioChunk.class), source, maxPayloadBytes);
            EventReader events = new EventReader(
                    serdes.deserializer(CallEvent.class), topics.callEvents().name());
            return new TaggingProcessor(tagging, rules, scope, reader, events, encoder, patience, inFlight, counters);
        });
    }

    /// The value of the source stays bytes, so that bytes that are no AudioChunk become a dead letter with their
    /// offset.
    static Topology assemble(
            Topics topics,
            AvroSerdes serdes,
            int maxPayloadBytes,
            LiveTagging tagging,
            ProcessorSupplier<String, byte[], String, SpecificRecord> processor) {
        Map<String, String> changelog = changelog(maxPayloadBytes);
        Topology topology = new Topology()
                .addSource(
                        SOURCE,
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.audioChunks().name())
                .addSource(
                        EVENT_SOURCE,
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.callEvents().name())
                .addProcessor(PROCESSOR, processor, SOURCE, EVENT_SOURCE)
                .addGlobalStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.inMemoryKeyValueStore(BANK_STORE), Serdes.String(), Serdes.ByteArray())
                                .withLoggingDisabled(),
                        BANK_SOURCE,
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.promptBanks().name(),
                        BANK_PROCESSOR,
                        () -> new PromptBanksProcessor(tagging));
        LOGGED_STORES.forEach(name -> topology.addStateStore(store(name, changelog), PROCESSOR));
        addSink(topology, TAG_SINK, topics.emotionTags(), serdes);
        addSink(topology, SUMMARY_SINK, topics.emotionCalls(), serdes);
        addSink(topology, ALERT_SINK, topics.emotionAlerts(), serdes);
        addSink(topology, EMBEDDING_SINK, topics.trainingEmbeddings(), serdes);
        addSink(topology, DEAD_LETTER_SINK, topics.audioChunksDead(), serdes);
        addSink(topology, AUDIT_SINK, topics.policyAudit(), serdes);
        return topology;
    }

    private static <T extends SpecificRecord> void addSink(
            Topology topology, String name, TopicSpec<T> topic, AvroSerdes serdes) {
        topology.addSink(
                name, topic.name(), new StringSerializer(), serdes.serde(topic).serializer(), PROCESSOR);
    }

    /// The internal topics of an application. By name: another application's id may begin with this one.
    static Set<String> changelogs(String applicationId) {
        return LOGGED_STORES.stream()
                .map(store -> applicationId + "-" + store + "-changelog")
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The largest record that the tagger itself writes. A chunk may have come compressed, and be larger here than
    /// where it was read: a broker that refused it would stop the tagger for good.
    static int maxRecordBytes(int maxPayloadBytes) {
        return Math.max(maxPayloadBytes, PLAIN_RECORD_BYTES) + RECORD_OVERHEAD_BYTES;
    }

    /// Every chunk is written and some seconds later deleted: small segments that are cleaned soon keep what a restore
    /// has to read close to what is still needed.
    private static Map<String, String> changelog(int maxPayloadBytes) {
        return Map.of(
                "max.message.bytes", Integer.toString(maxRecordBytes(maxPayloadBytes)),
                "min.cleanable.dirty.ratio", "0.1",
                "segment.bytes", Integer.toString(Math.max(16 << 20, 4 * maxRecordBytes(maxPayloadBytes))),
                "segment.ms", "60000",
                "delete.retention.ms", "60000");
    }

    /// On disk, so that the process keeps its id and with it its transactional ids over a crash; without a cache, for
    /// nothing here is written twice before it is read.
    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name, Map<String, String> changelog) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(changelog);
    }
}

package io.undertone.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/// The catalogue of Undertone's topics, in the order of the data path. Whoever creates, reads or describes a topic
/// takes it from here.
///
/// `Topics.defaults().withPrefix("eu-").withCallPartitions(24)`
public record Topics(
        TopicSpec<AudioChunk> audioChunks,
        TopicSpec<CallEvent> callEvents,
        TopicSpec<PromptBankRecord> promptBanks,
        TopicSpec<EmotionTag> emotionTags,
        TopicSpec<CallSummary> emotionCalls,
        TopicSpec<EmotionAlert> emotionAlerts,
        TopicSpec<DeadChunk> audioChunksDead,
        TopicSpec<PolicyRecord> policyAudit,
        TopicSpec<TrainingEmbedding> trainingEmbeddings,
        TopicSpec<TrainingLabel> trainingLabels) {

    /// One task of the tagger for each: enough for a dozen stream threads. It cannot be changed later without moving
    /// calls to other partitions.
    static final int CALL_PARTITIONS = 12;

    /// Kafka's own limit for a record batch, stated so that a broker with another default behaves alike. It
    /// holds half a minute of 16-bit audio at 16 kHz; gateways send less than a second a record.
    static final int MAX_AUDIO_RECORD_BYTES = 1_048_588;

    static {
        TrustedRecords.declare();
    }

    private static final String CALL_ID = "call id";
    private static final Retention.For HOURS = new Retention.For(Duration.ofHours(6));
    private static final Retention.For DAYS = new Retention.For(Duration.ofDays(7));
    /// At least six months, which is how long deployers of high-risk systems keep logs (EU AI Act, Art. 26(6)).
    private static final Retention.For MONTHS = new Retention.For(Duration.ofDays(190));
    /// Long enough for a team to listen and label. What is withdrawn goes before: by tombstones.
    private static final Retention.CompactedFor WEEKS = new Retention.CompactedFor(Duration.ofDays(30));

    /// Timestamps of these topics come from the clocks of gateways. By default a broker refuses those more than an hour
    /// ahead, and one wrong clock would then stop the tagger.
    private static final Map<String, String> ANY_CLOCK =
            Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));

    /// By itself compaction begins when half of a log is new, and spares the newest segment, for a week: a tombstone
    /// would hide what it deletes and not delete it. So it is gone after a day, though a quiet topic hardly grows.
    private static final Map<String, String> DELETED_WITHIN_A_DAY =
            Map.of("max.compaction.lag.ms", Long.toString(Duration.ofDays(1).toMillis()));

    /// The topics as they are called and kept when nothing else is said.
    public static Topics defaults() {
        return new Topics(
                keyedByCall(
                        "audio-chunks",
                        AudioChunk.class,
                        HOURS,
                        Map.of("max.message.bytes", Integer.toString(MAX_AUDIO_RECORD_BYTES)),
                        "Audio of calls as gateways send it."),
                keyedByCall(
                        "call-events",
                        CallEvent.class,
                        DAYS,
                        Map.of(),
                        "Notice, consent, withdrawal, start and end of calls."),
                new TopicSpec<>(
                        "prompt-banks",
                        "bank id",
                        PromptBankRecord.class,
                        1,
                        new Retention.Compacted(),
                        Map.of(),
                        "The prompts that audio is compared with, changed live."),
                keyedByCall("emotion-tags", EmotionTag.class, DAYS, ANY_CLOCK, "How each window sounds."),
                keyedByCall(
                        "emotion-calls",
                        CallSummary.class,
                        new Retention.Compacted(),
                        Map.of(),
                        "Running and final summary of each call."),
                keyedByCall(
                        "emotion-alerts", EmotionAlert.class, DAYS, ANY_CLOCK, "Rules that began or ceased to hold."),
                keyedByCall(
                        "audio-chunks-dead",
                        DeadChunk.class,
                        DAYS,
                        Map.of(),
                        "Chunks that could not be used, without their audio."),
                keyedByCall(
                        "policy-audit",
                        PolicyRecord.class,
                        MONTHS,
                        Map.of(),
                        "What was blocked, or scored under which notice, model and prompts."),
                new TopicSpec<>(
                        "training-embeddings",
                        "call id/channel/window",
                        TrainingEmbedding.class,
                        CALL_PARTITIONS,
                        WEEKS,
                        withAnyClock(DELETED_WITHIN_A_DAY),
                        "Embeddings of windows of those who consented, to retrain from; off by default."),
                new TopicSpec<>(
                        "training-labels",
                        "call id/channel/start-end",
                        TrainingLabel.class,
                        CALL_PARTITIONS,
                        WEEKS,
                        DELETED_WITHIN_A_DAY,
                        "What people say that stretches of calls sound like."));
    }

    /// All of them, in the order of the data path.
    public List<TopicSpec<?>> all() {
        return List.of(
                audioChunks,
                callEvents,
                promptBanks,
                emotionTags,
                emotionCalls,
                emotionAlerts,
                audioChunksDead,
                policyAudit,
                trainingEmbeddings,
                trainingLabels);
    }

    /// The same topics under other names, so that several taggers share a cluster.
    ///
    /// @param prefix put before each name, for example `eu-`; may be empty
    public Topics withPrefix(String prefix) {
        return new Topics(
                audioChunks.prefixed(prefix),
                callEvents.prefixed(prefix),
                promptBanks.prefixed(prefix),
                emotionTags.prefixed(prefix),
                emotionCalls.prefixed(prefix),
                emotionAlerts.prefixed(prefix),
                audioChunksDead.prefixed(prefix),
                policyAudit.prefixed(prefix),
                trainingEmbeddings.prefixed(prefix),
                trainingLabels.prefixed(prefix));
    }

    /// The topics of a tagger that scores past calls again: it reads what the live one reads, its results have
    /// other names. Nothing of them is kept for good, for no erasure reaches them once it has ended. It keeps no
    /// embeddings.
    ///
    /// @param prefix put before the names of the results
    public Topics withResultsUnder(String prefix) {
        return new Topics(
                audioChunks,
                callEvents,
                promptBanks,
                emotionTags.prefixed(prefix),
                emotionCalls.prefixed(prefix).kept(DAYS),
                emotionAlerts.prefixed(prefix),
                audioChunksDead.prefixed(prefix),
                policyAudit.prefixed(prefix),
                trainingEmbeddings,
                trainingLabels);
    }

    /// What the tagger writes, but for embeddings.
    public List<TopicSpec<?>> results() {
        return List.of(emotionTags, emotionCalls, emotionAlerts, audioChunksDead, policyAudit);
    }

    /// The same topics with another number of partitions for those keyed by call id, or by a piece of a call: the
    /// number of tasks of the tagger.
    ///
    /// @param partitions at least 1
    public Topics withCallPartitions(int partitions) {
        return new Topics(
                audioChunks.withPartitions(partitions),
                callEvents.withPartitions(partitions),
                promptBanks,
                emotionTags.withPartitions(partitions),
                emotionCalls.withPartitions(partitions),
                emotionAlerts.withPartitions(partitions),
                audioChunksDead.withPartitions(partitions),
                policyAudit.withPartitions(partitions),
                trainingEmbeddings.withPartitions(partitions),
                trainingLabels.withPartitions(partitions));
    }

    private static Map<String, String> withAnyClock(Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(configs);
        all.putAll(ANY_CLOCK);
        return all;
    }

    private static <T extends SpecificRecord> TopicSpec<T> keyedByCall(
            String name, Class<T> valueType, Retention retention, Map<String, String> extraConfigs, String purpose) {
        return new TopicSpec<>(name, CALL_ID, valueType, CALL_PARTITIONS, retention, extraConfigs, purpose);
    }
}

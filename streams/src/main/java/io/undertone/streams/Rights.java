package io.undertone.streams;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// What a user must be allowed on a cluster that checks it: the least with which everything works, and nothing that is
/// not needed. A test derives the tagger's from what a broker is asked for.
///
/// `READ` and `WRITE` bring `DESCRIBE` with them, as in Kafka.
///
/// @param operations on all that the pattern matches
public record Rights(ResourcePattern on, Set<AclOperation> operations) {

    /// To ask how short sessions may be. The only one that can be done without: see [SessionTimeout].
    private static final Rights SESSIONS = new Rights(
            new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
            Set.of(AclOperation.DESCRIBE_CONFIGS));

    public Rights {
        operations = Set.copyOf(operations);
    }

    /// The tagger.
    ///
    /// @param applicationId `kafka.application-id`: the group, and before the names of internal topics and of
    ///     transactional ids
    /// @param retrainingFeed whether it keeps embeddings to retrain from
    public static List<Rights> ofTagger(Topics topics, String applicationId, boolean retrainingFeed) {
        List<Rights> rights = new ArrayList<>(List.of(
                read(topics.audioChunks()),
                read(topics.callEvents()),
                read(topics.promptBanks()),
                write(topics.emotionTags()),
                write(topics.emotionCalls()),
                write(topics.emotionAlerts()),
                write(topics.audioChunksDead()),
                write(topics.policyAudit())));
        if (retrainingFeed) {
            rights.add(write(topics.trainingEmbeddings()));
        }
        Set<AclOperation> internal = Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE);
        rights.add(new Rights(prefixed(ResourceType.TOPIC, applicationId), internal));
        rights.add(new Rights(
                new ResourcePattern(ResourceType.GROUP, applicationId, PatternType.LITERAL),
                Set.of(AclOperation.READ)));
        rights.add(new Rights(prefixed(ResourceType.TRANSACTIONAL_ID, applicationId), Set.of(AclOperation.WRITE)));
        rights.add(SESSIONS);
        return List.copyOf(rights);
    }

    /// Who scores past calls again: `rescore`, a tagger of another application id that clears away behind itself.
    ///
    /// @param applicationId of the live tagger
    /// @param prefix before the names of the topics of results
    public static List<Rights> ofRescorer(Topics topics, String applicationId, String prefix) {
        String own = Rescoring.applicationId(applicationId, prefix);
        List<Rights> rights = new ArrayList<>(
                List.of(read(topics.audioChunks()), read(topics.callEvents()), read(topics.promptBanks())));
        topics.withResultsUnder(prefix)
                .results()
                .forEach(topic ->
                        rights.add(new Rights(literal(topic), Set.of(AclOperation.CREATE, AclOperation.WRITE))));
        rights.add(new Rights(
                prefixed(ResourceType.TOPIC, own),
                Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE, AclOperation.DELETE)));
        rights.add(new Rights(
                new ResourcePattern(ResourceType.GROUP, own, PatternType.LITERAL),
                Set.of(AclOperation.READ, AclOperation.DELETE)));
        rights.add(new Rights(prefixed(ResourceType.TRANSACTIONAL_ID, own), Set.of(AclOperation.WRITE)));
        rights.add(SESSIONS);
        return List.copyOf(rights);
    }

    /// Who sends calls: `replay`, `event`.
    public static List<Rights> ofGateway(Topics topics) {
        return List.of(write(topics.audioChunks()), write(topics.callEvents()));
    }

    /// Who reads tags without a consumer group: `watch`.
    public static List<Rights> ofAnalyst(Topics topics) {
        return List.of(read(topics.emotionTags()), read(topics.emotionCalls()), read(topics.emotionAlerts()));
    }

    /// Who changes prompts: `prompts`.
    public static List<Rights> ofEditor(Topics topics) {
        return List.of(new Rights(literal(topics.promptBanks()), Set.of(AclOperation.READ, AclOperation.WRITE)));
    }

    /// Who says what calls sound like: `label`.
    public static List<Rights> ofLabeller(Topics topics) {
        return List.of(write(topics.trainingLabels()));
    }

    /// Who has calls deleted: `erase`.
    public static List<Rights> ofEraser(Topics topics) {
        return List.of(
                write(topics.callEvents()),
                new Rights(literal(topics.trainingLabels()), Set.of(AclOperation.READ, AclOperation.WRITE)));
    }

    /// Who retrains: `collect`.
    public static List<Rights> ofTrainer(Topics topics) {
        return List.of(read(topics.trainingEmbeddings()), read(topics.trainingLabels()));
    }

    private static ResourcePattern prefixed(ResourceType type, String applicationId) {
        return new ResourcePattern(type, applicationId + "-", PatternType.PREFIXED);
    }

    private static Rights read(TopicSpec<?> topic) {
        return new Rights(literal(topic), Set.of(AclOperation.READ));
    }

    private static Rights write(TopicSpec<?> topic) {
        return new Rights(literal(topic), Set.of(AclOperation.WRITE));
    }

    private static ResourcePattern literal(TopicSpec<?> topic) {
        return new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL);
    }
}

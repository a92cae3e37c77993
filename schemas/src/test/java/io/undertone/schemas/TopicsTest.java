package io.undertone.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private final Topics topics = Topics.defaults();

    @Test
    void shouldNameTheTopicsInTheOrderOfTheDataPath() {
        assertThat(topics.all())
                .extracting(TopicSpec::name)
                .containsExactly(
                        "audio-chunks",
                        "call-events",
                        "prompt-banks",
                        "emotion-tags",
                        "emotion-calls",
                        "emotion-alerts",
                        "audio-chunks-dead",
                        "policy-audit",
                        "training-embeddings",
                        "training-labels");
    }

    @Test
    void shouldKeepAudioForHoursTagsForDaysAndTheAuditForMonths() {
        assertThat(topics.audioChunks().retention()).isEqualTo(new Retention.For(Duration.ofHours(6)));
        assertThat(topics.callEvents().retention()).isEqualTo(new Retention.For(Duration.ofDays(7)));
        assertThat(topics.promptBanks().retention()).isEqualTo(new Retention.Compacted());
        assertThat(topics.emotionTags().retention()).isEqualTo(new Retention.For(Duration.ofDays(7)));
        assertThat(topics.emotionCalls().retention()).isEqualTo(new Retention.Compacted());
        assertThat(topics.emotionAlerts().retention()).isEqualTo(new Retention.For(Duration.ofDays(7)));
        assertThat(topics.audioChunksDead().retention()).isEqualTo(new Retention.For(Duration.ofDays(7)));
        assertThat(topics.policyAudit().retention()).isEqualTo(new Retention.For(Duration.ofDays(190)));
        assertThat(topics.trainingEmbeddings().retention()).isEqualTo(new Retention.CompactedFor(Duration.ofDays(30)));
        assertThat(topics.trainingLabels().retention()).isEqualTo(new Retention.CompactedFor(Duration.ofDays(30)));
    }

    @Test
    void shouldPutACallIntoTheSamePartitionOfEveryTopicThatIsKeyedByCall() {
        assertThat(topics.all().stream().filter(topic -> topic.key().equals("call id")))
                .hasSize(7)
                .allMatch(topic -> topic.partitions() == 12);
        assertThat(topics.promptBanks().partitions()).isEqualTo(1);
    }

    @Test
    void shouldSayTheConfigurationInKafkasWords() {
        var audio = topics.audioChunks().toNewTopic(3);

        assertThat(audio.name()).isEqualTo("audio-chunks");
        assertThat(audio.numPartitions()).isEqualTo(12);
        assertThat(audio.replicationFactor()).isEqualTo((short) 3);
        assertThat(audio.configs())
                .isEqualTo(
                        Map.of("cleanup.policy", "delete", "retention.ms", "21600000", "max.message.bytes", "1048588"));
        assertThat(topics.promptBanks().configs()).isEqualTo(Map.of("cleanup.policy", "compact"));
    }

    @Test
    void shouldReallyDeleteWhatATombstoneDeletes() {
        assertThat(topics.trainingLabels().configs())
                .isEqualTo(Map.of(
                        "cleanup.policy",
                        "compact,delete",
                        "retention.ms",
                        "2592000000",
                        "max.compaction.lag.ms",
                        "86400000"));
        assertThat(topics.trainingEmbeddings().configs())
                .containsAllEntriesOf(topics.trainingLabels().configs());
    }

    @Test
    void shouldAcceptTagsWhoseGatewayHasAClockInTheFuture() {
        assertThat(topics.emotionTags().configs())
                .containsEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    }

    @Test
    void shouldTakeTheBrokersReplicationFactorWhenAskedFor() {
        assertThat(topics.emotionTags().toNewTopic(-1).replicationFactor()).isEqualTo((short) -1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topics.emotionTags().toNewTopic(0))
                .withMessage("replicationFactor must be -1 or in [1, 32767]: 0");
    }

    @Test
    void shouldPutThePrefixBeforeEveryName() {
        assertThat(topics.withPrefix("eu-").all())
                .extracting(TopicSpec::name)
                .allMatch(name -> name.startsWith("eu-"))
                .contains("eu-audio-chunks", "eu-policy-audit");
        assertThat(topics.withPrefix("")).isEqualTo(topics);
    }

    @Test
    void shouldRefuseAPrefixThatKafkaWouldRefuse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topics.withPrefix("eu "))
                .withMessageContaining("'eu audio-chunks'");
    }

    @Test
    void shouldChangeThePartitionsOfTheCallTopicsOnly() {
        var small = topics.withCallPartitions(2);

        assertThat(small.emotionTags().partitions()).isEqualTo(2);
        assertThat(small.trainingEmbeddings().partitions()).isEqualTo(2);
        assertThat(small.promptBanks().partitions()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> topics.withCallPartitions(0));
    }

    @Test
    void shouldDocumentEveryRecordAndEveryField() {
        assertThat(topics.all()).allSatisfy(topic -> {
            var schema = topic.valueSchema();
            assertThat(schema.getNamespace()).isEqualTo("io.undertone.schemas");
            assertThat(schema.getDoc()).as(schema.getName()).isNotBlank();
            assertThat(schema.getFields())
                    .allSatisfy(field -> assertThat(field.doc())
                            .as(schema.getName() + "." + field.name())
                            .isNotBlank());
        });
    }

    @Test
    void shouldReadTheSameAndWriteElsewhereWhenPastCallsAreScored() {
        Topics live = Topics.defaults().withPrefix("eu-");
        Topics past = live.withResultsUnder("trial.");

        assertThat(past.audioChunks()).isEqualTo(live.audioChunks());
        assertThat(past.callEvents()).isEqualTo(live.callEvents());
        assertThat(past.promptBanks()).isEqualTo(live.promptBanks());
        assertThat(past.results())
                .extracting(TopicSpec::name)
                .containsExactly(
                        "trial.eu-emotion-tags",
                        "trial.eu-emotion-calls",
                        "trial.eu-emotion-alerts",
                        "trial.eu-audio-chunks-dead",
                        "trial.eu-policy-audit");
        assertThat(past.results()).noneMatch(topic -> topic.retention() instanceof Retention.Compacted);
    }
}

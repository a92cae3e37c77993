package io.undertone.streams;

import io.undertone.model.TestBundles;
import io.undertone.schemas.Topics;
import io.undertone.streams.RecordingAuthorizer.Asked;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A broker that checks rights and remembers what it was asked. Everybody who comes unsecured may do everything; the
/// users of SASL may do what they are granted.
record RightsHarness(SecureBroker secure, Path folder) implements AutoCloseable {

    static RightsHarness start(Path folder) throws Exception {
        return new RightsHarness(
                SecureBroker.start(
                        folder.resolve("secure"),
                        Map.of(
                                "authorizer.class.name",
                                RecordingAuthorizer.class.getName(),
                                "super.users",
                                "User:ANONYMOUS")),
                folder);
    }

    Topics createTopics(String prefix) throws Exception {
        Topics topics = Topics.defaults().withPrefix(prefix).withCallPartitions(2);
        secure.broker().createTopics(topics);
        return topics;
    }

    /// Takes away what the user was granted before, and waits until the broker knows.
    void grant(String user, Collection<Rights> rights) throws Exception {
        List<AclBinding> bindings = new ArrayList<>();
        for (Rights right : rights) {
            for (AclOperation operation : right.operations()) {
                bindings.add(new AclBinding(
                        right.on(), new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
            }
        }
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", secure.broker().bootstrapServers()))) {
            admin.deleteAcls(List.of(ofUser(user))).all().get();
            admin.createAcls(bindings).all().get();
            while (!Set.copyOf(admin.describeAcls(ofUser(user)).values().get()).equals(Set.copyOf(bindings))) {
                Thread.sleep(20); // the test's own time-out ends it
            }
        }
    }

    private static AclBindingFilter ofUser(String user) {
        return new AclBindingFilter(
                ResourcePatternFilter.ANY,
                new AccessControlEntryFilter("User:" + user, null, AclOperation.ANY, AclPermissionType.ANY));
    }

    /// The configuration of an instance of the tagger that logs in as `undertone`, as a file.
    Path config(String prefix, String instance, String user) throws IOException {
        Path secrets = folder.resolve(user + ".properties");
        Properties properties = new Properties();
        properties.putAll(secure.scramClient(user));
        try (Writer writer = Files.newBufferedWriter(secrets)) {
            properties.store(writer, null);
        }
        return Files.writeString(folder.resolve(prefix + instance + user + ".yaml"), """
            kafka:
              bootstrap-servers: %s
              application-id: %stagger
              properties-file: %s
            topics: {prefix: %s}
            bundle: %s
            inference: {device: cpu}
            gate: {min-speech-ratio: 0, abstain-uncertain: false}
            policy: {require-notice: false}
            alerts: [{name: any, max-valence: 0.99, for: 0s}]
            retraining-feed: {enabled: true}
            state-dir: %s
            """.formatted(
                        secure.broker().bootstrapServers("SCRAM"),
                        prefix,
                        secrets,
                        prefix,
                        TestBundles.tiny(),
                        folder.resolve(prefix + instance + "-state")));
    }

    TaggerApplication tagger(String prefix, String instance) throws Exception {
        return TaggerApplication.start(UndertoneConfig.read(config(prefix, instance, SecureBroker.USER)));
    }

    /// A chunk that nobody can read.
    void sendBroken(Topics topics) {
        sendOpenly(topics.audioChunks().name(), "broken", new byte[] {1, 2, 3});
    }

    void sendOpenly(String topic, String key, byte[] value) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", secure.broker().bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var _ = producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    static List<Asked> askedOf(String user) {
        return RecordingAuthorizer.ASKED.stream()
                .filter(asked -> asked.user().equals(user))
                .toList();
    }

    static List<Asked> deniedTo(String user) {
        return askedOf(user).stream().filter(asked -> !asked.allowed()).toList();
    }

    /// The least rights with which everything would be allowed that was asked for. `READ` and `WRITE` imply
    /// `DESCRIBE`; names that begin with the application's id and a dash are made as they are needed.
    static Set<Rights> derived(List<Asked> asked, String applicationId) {
        Map<ResourcePattern, Set<AclOperation>> operations = new HashMap<>();
        for (Asked one : asked) {
            boolean internal = one.name().startsWith(applicationId + "-");
            operations
                    .computeIfAbsent(
                            new ResourcePattern(
                                    one.type(),
                                    internal ? applicationId + "-" : one.name(),
                                    internal ? PatternType.PREFIXED : PatternType.LITERAL),
                            _ -> new HashSet<>())
                    .add(one.operation());
        }
        Set<Rights> rights = new HashSet<>();
        operations.forEach((pattern, needed) -> {
            if (needed.contains(AclOperation.READ) || needed.contains(AclOperation.WRITE)) {
                needed.remove(AclOperation.DESCRIBE);
            }
            rights.add(new Rights(pattern, needed));
        });
        return rights;
    }

    @Override
    public void close() {
        secure.close();
    }
}

package io.undertone.schemas.serde;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.TrustedRecords;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/// Makes the serdes of the records. Immutable and thread-safe, as are the serdes; none needs to be closed.
///
/// - With `schema.registry.url`: the Confluent wire format and a registry that speaks Confluent's REST API (Confluent,
///   Apicurio's `/apis/ccompat/v7`, Karapace). The subject is `TOPIC-value`.
/// - Without: Avro's single-object encoding; every released schema can be read.
public final class AvroSerdes {

    static {
        TrustedRecords.declare();
    }

    private final @Nullable RegistryClient registry;
    private final @Nullable ConfluentFormat confluent;

    private AvroSerdes(@Nullable RegistryClient registry, boolean autoRegister) {
        this.registry = registry;
        this.confluent = registry == null ? null : new ConfluentFormat(registry, autoRegister);
    }

    /// Reads its own keys and leaves the others alone, so the configuration of a Kafka client can be given as it is.
    ///
    /// | key | meaning |
    /// | --- | --- |
    /// | `schema.registry.url` | where the registry is; absent or empty: no registry |
    /// | `basic.auth.user.info` | `user:password` for the registry |
    /// | `bearer.auth.token` | or a token for it |
    /// | `schema.registry.ssl.truststore.location`, ... | stores and the rest of Kafka's `ssl.*`, for `https` |
    /// | `auto.register.schemas` | `true` (default): register unknown schemas; `false`: they must be there |
    /// | `schema.registry.request.timeout.ms` | for each attempt, default 5000 |
    /// | `schema.registry.attempts` | how often a request is tried before it fails, default 3 |
    ///
    /// @throws org.apache.kafka.common.config.ConfigException naming key and value (never a secret)
    public static AvroSerdes of(Map<String, ?> config) {
        return RegistryConfig.parse(config)
                .map(parsed -> new AvroSerdes(RegistryClient.open(parsed), parsed.autoRegister()))
                .orElseGet(() -> new AvroSerdes(null, false));
    }

    /// The serde of the records on a topic.
    public <T extends SpecificRecord> Serde<T> serde(TopicSpec<T> topic) {
        return serde(topic.valueType());
    }

    /// The serde of one type of record.
    public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        WireFormat format = format(type);
        return Serdes.serdeFrom(new RecordSerializer<>(format, type), new RecordDeserializer<>(format, type));
    }

    /// The reading half alone, for consumers.
    public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
        return new RecordDeserializer<>(format(type), type);
    }

    /// Asks the registry for something harmless; does nothing without one.
    ///
    /// @throws RegistryException when it does not answer as a registry does
    public void check() {
        if (registry != null) {
            registry.check();
        }
    }

    /// Asks the registry now for what records on these topics will need, so that it may be away when they are written.
    /// Does nothing without one.
    ///
    /// @throws RegistryException when it does not answer, or refuses one of the schemas
    public void prepareToWrite(List<? extends TopicSpec<?>> topics) {
        if (confluent != null) {
            for (TopicSpec<?> topic : topics) {
                confluent.header(topic.name(), SpecificData.get().getSchema(topic.valueType()));
            }
        }
    }

    /// How records are written, for people and logs; holds no secret.
    @Override
    public String toString() {
        return registry == null ? "Avro single-object encoding" : "Confluent wire format with " + registry;
    }

    private WireFormat format(Class<? extends SpecificRecord> type) {
        return confluent == null
                ? new SingleObjectFormat(SpecificData.get().getSchema(type), ReleasedSchemas.byFingerprint(type))
                : confluent;
    }
}

package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.schemas.serde.UnreadableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The topic of prompt banks as the command line reads and writes it.
///
/// @param client configuration of a Kafka client
record BankTopic(Map<String, Object> client, TopicSpec<PromptBankRecord> topic, AvroSerdes serdes) {

    private static final Duration POLL = Duration.ofMillis(500);

    /// The banks that are there now, by id: the last record of each key, read to the end of the topic. Records that
    /// are no banks count as absent.
    Map<String, PromptBankRecord> read() {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            Map<String, PromptBankRecord> banks = new TreeMap<>();
            Deserializer<PromptBankRecord> deserializer = serdes.deserializer(PromptBankRecord.class);
            while (!ends.isEmpty()) {
                consumer.poll(POLL).forEach(record -> take(record, deserializer, banks));
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            }
            return banks;
        }
    }

    private static void take(
            ConsumerRecord<String, byte[]> record,
            Deserializer<PromptBankRecord> deserializer,
            Map<String, PromptBankRecord> banks) {
        if (record.key() == null) {
            return;
        }
        banks.remove(record.key());
        if (record.value() != null) {
            try {
                banks.put(record.key(), deserializer.deserialize(record.topic(), record.value()));
            } catch (UnreadableRecordException _) {
                // whoever wrote it was not one of ours; the tagger says so in its log
            }
        }
    }

    /// Returns when the brokers have the bank.
    void put(PromptBankRecord bank) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 30_000);
        config.put("request.timeout.ms", 10_000);
        byte[] value = serdes.serde(topic).serializer().serialize(topic.name(), bank);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), bank.getId(), value))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("interrupted before topic " + topic.name() + " had the bank", e);
        } catch (ExecutionException e) {
            throw new InvalidInputException(
                    "topic " + topic.name() + " does not take the bank: " + String.valueOf(e.getCause()), e);
        }
    }
}

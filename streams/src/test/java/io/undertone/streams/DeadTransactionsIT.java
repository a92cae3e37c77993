package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class DeadTransactionsIT {

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @Test
    void shouldEndTheTransactionOfAProcessThatIsNotInTheGroupAnyMore() throws Exception {
        String alive = "tagger-" + UUID.randomUUID();
        String dead = "tagger-" + UUID.randomUUID();
        try (TestBroker broker = TestBroker.start(folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("tags", 1, (short) 1)))
                    .all()
                    .get();
            try (KafkaConsumer<String, String> member = member(broker, alive);
                    KafkaProducer<String, String> ofTheDead = inTransaction(broker, dead + "-1");
                    KafkaProducer<String, String> ofTheLiving = inTransaction(broker, alive + "-1");
                    // Open for half of 200 ms, that is: at once.
                    DeadTransactions transactions = new DeadTransactions(
                            Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers())),
                            "tagger",
                            Duration.ofMillis(200))) {
                while (member.assignment().isEmpty()) {
                    member.poll(Duration.ofMillis(50));
                }

                transactions.endWhile(() -> true);
                ofTheLiving.commitTransaction();

                try (KafkaConsumer<String, String> reader = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
                    reader.assign(List.of(new TopicPartition("tags", 0)));
                    reader.seekToBeginning(reader.assignment());
                    ConsumerRecords<String, String> read = ConsumerRecords.empty();
                    while (read.isEmpty()) { // the test's time-out ends it, long before that of the transaction
                        read = reader.poll(Duration.ofMillis(100));
                        member.poll(Duration.ZERO);
                    }
                    assertThat(read)
                            .extracting(ConsumerRecord::value)
                            .as("what was written behind the dead one's record")
                            .containsExactly(alive + "-1");
                }
                assertThatThrownBy(ofTheDead::commitTransaction).isInstanceOf(ProducerFencedException.class);
            }
        }
    }

    private static KafkaConsumer<String, String> member(TestBroker broker, String process) {
        KafkaConsumer<String, String> member = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "tagger",
                        "client.id",
                        process + "-StreamThread-1-consumer"),
                new StringDeserializer(),
                new StringDeserializer());
        member.subscribe(List.of("tags"));
        return member;
    }

    private static KafkaProducer<String, String> inTransaction(TestBroker broker, String id) throws Exception {
        KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        id,
                        "transaction.timeout.ms",
                        (int) TRANSACTION_TIMEOUT.toMillis()),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("tags", "call", id)).get();
        return producer;
    }
}

package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerIT {

    @Test
    void shouldKeepOnlyCommittedTransactionsForAReadCommittedConsumerAndLeaveNoFolderBehind() throws Exception {
        List<Path> before = brokerFolders();
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(new NewTopic("numbers", 2, (short) 1)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            sendInTransactions(broker.bootstrapServers());

            assertThat(readCommitted(broker.bootstrapServers(), 2)).containsExactly("one", "three");
        }
        assertThat(brokerFolders()).isEqualTo(before);
    }

    private static void sendInTransactions(String bootstrapServers) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "embedded-broker-test");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (String value : List.of("one", "two", "three")) {
                producer.beginTransaction();
                var _ = producer.send(new ProducerRecord<>("numbers", 0, "key", value));
                if (value.equals("two")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    private static List<String> readCommitted(String bootstrapServers, int count) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "embedded-broker-test",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("numbers"));
            for (int polls = 0; polls < 60 && values.size() < count; polls++) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    private static List<Path> brokerFolders() throws Exception {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "undertone-broker-*")) {
            stream.forEach(folders::add);
        }
        folders.sort(null);
        return folders;
    }
}

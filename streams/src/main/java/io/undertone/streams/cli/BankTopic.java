package io.undertone.streams.cli;

import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import java.util.Map;

/// The topic of prompt banks as the command line reads and writes it.
///
/// @param client configuration of a Kafka client
record BankTopic(Map<String, Object> client, TopicSpec<PromptBankRecord> topic, AvroSerdes serdes) {

    /// The banks that are there now, by id: the last record of each key, read to the end of the topic. Records that
    /// are no banks count as absent; the tagger says so in its log.
    Map<String, PromptBankRecord> read() {
        return new TopicScan(client, serdes).latest(topic, (_, _) -> true);
    }

    /// Returns when the brokers have the bank.
    void put(PromptBankRecord bank) {
        try (TopicSender<PromptBankRecord> sender = TopicSender.open(client, topic, serdes)) {
            sender.send(bank.getId(), bank, bank.getUpdatedAt());
        }
    }
}

package io.undertone.streams;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/// Reads the topic of prompt banks for all tasks of the process: the global table. Its store is in memory, so
/// that every start reads the whole topic through here, before the first task runs.
///
/// Threading: owned by Kafka Streams' global thread.
final class PromptBanksProcessor implements Processor<String, byte[], Void, Void> {

    private final LiveTagging tagging;
    private KeyValueStore<String, byte[]> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    PromptBanksProcessor(LiveTagging tagging) {
        this.tagging = tagging;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(TaggingTopology.BANK_STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() != null) {
            store.put(record.key(), record.value());
        }
        tagging.take(record.key(), record.value());
    }
}

package io.undertone.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/// The date of a record that is read. A client of any make may send one without a date, which is negative: by default
/// Kafka Streams would end for it, and after each restart again. It gets the latest date of its partition.
///
/// Public, because Kafka makes one by its name.
public final class RecordDates implements TimestampExtractor {

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long latestMillis) {
        return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, latestMillis);
    }
}

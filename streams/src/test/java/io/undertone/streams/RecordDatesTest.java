package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class RecordDatesTest {

    @Test
    void shouldGiveTheDateOfTheRecord() {
        assertThat(new RecordDates().extract(dated(17), 99)).isEqualTo(17);
    }

    @Test
    void shouldGiveARecordWithoutADateThatOfTheRecordsBefore() {
        assertThat(new RecordDates().extract(dated(-1), 99)).isEqualTo(99);
    }

    @Test
    void shouldGiveAFirstRecordWithoutADateOneThatIsNotNegative() {
        assertThat(new RecordDates().extract(dated(-1), -1)).isZero();
    }

    private static ConsumerRecord<Object, Object> dated(long millis) {
        return new ConsumerRecord<>(
                "audio-chunks",
                0,
                0,
                millis,
                TimestampType.CREATE_TIME,
                0,
                0,
                "call",
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}

package io.undertone.streams;

import io.undertone.audio.Waveform;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.tag.FileTagger;
import io.undertone.tag.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/// Calls that talk at the same time, as a gateway would send them on a bad day: 5 % of the chunks twice, neighbours
/// swapped. The same seed gives the same records.
final class CallTraffic {

    private final List<TestAudio> calls = new ArrayList<>();
    private final List<AudioChunk> records = new ArrayList<>();

    CallTraffic(int callCount, double seconds, long seed) {
        this("call", callCount, seconds, seed);
    }

    /// @param name begins the calls' ids
    CallTraffic(String name, int callCount, double seconds, long seed) {
        Random random = new Random(seed);
        List<List<AudioChunk>> byCall = new ArrayList<>();
        for (int i = 0; i < callCount; i++) {
            TestAudio call = TestAudio.talk(name + "-" + i, seconds, seed * 1000 + i);
            calls.add(call);
            byCall.add(disturbed(call.chunks(250), random));
        }
        for (int i = 0; byCall.stream().anyMatch(chunks -> !chunks.isEmpty()); i++) {
            List<AudioChunk> chunks = byCall.get(i % callCount);
            if (!chunks.isEmpty()) {
                records.add(chunks.removeFirst());
            }
        }
    }

    private static List<AudioChunk> disturbed(List<AudioChunk> chunks, Random random) {
        List<AudioChunk> sent = new ArrayList<>();
        for (AudioChunk chunk : chunks) {
            sent.add(chunk);
            if (random.nextInt(20) == 0) {
                sent.add(chunk);
            }
        }
        for (int i = 0; i + 1 < sent.size(); i += 2) {
            if (random.nextInt(4) == 0) {
                Collections.swap(sent, i, i + 1);
            }
        }
        return sent;
    }

    List<AudioChunk> records() {
        return records;
    }

    /// What an undisturbed run says: the tags of the file tagger, summed up call by call.
    Map<String, TagChecksum> expected(Tagging tagging, FakeEncoder encoder) {
        Map<String, TagChecksum> expected = new HashMap<>();
        for (TestAudio call : calls) {
            TagChecksum checksum = expected.computeIfAbsent(call.callId(), _ -> new TagChecksum());
            fileTags(call, tagging, encoder).forEach(checksum::add);
        }
        return expected;
    }

    static List<Tag> fileTags(TestAudio call, Tagging tagging, FakeEncoder encoder) {
        float[] samples = new float[call.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = call.samples()[i] / 32768f;
        }
        return new FileTagger(tagging.spec(), encoder, tagging.tagger(), tagging.bank())
                .tag(Waveform.of(samples, TestAudio.RATE))
                .toList();
    }

    /// Sends all records, evenly over a time.
    void send(String bootstrapServers, Topics topics, Duration over) throws InterruptedException, ExecutionException {
        send(bootstrapServers, topics, TopologyHarness.SERDES, records, over);
    }

    /// Sends some records, evenly over a time.
    static void send(String bootstrapServers, Topics topics, AvroSerdes serdes, List<AudioChunk> records, Duration over)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, AudioChunk> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "enable.idempotence",
                        "true",
                        // Of a topic that was just created a broker may refuse the first batch and take the second;
                        // then it never takes the first.
                        "max.in.flight.requests.per.connection",
                        1),
                new StringSerializer(),
                serdes.serde(AudioChunk.class).serializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < records.size(); i++) {
                long due = start + over.toNanos() * i / records.size();
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
                AudioChunk record = records.get(i);
                sent.add(producer.send(new ProducerRecord<>(topics.audioChunks().name(), record.getCallId(), record)));
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                acknowledged.get();
            }
        }
    }
}

package io.undertone.streams;

import io.undertone.audio.Codec;
import io.undertone.audio.Waveform;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.tag.FileTagger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Calls of every codec with customers and agents, and what is said of them on the topic of events: notice, a pause,
/// a withdrawal, an erasure. Everything goes wrong that gateways and networks do, see [GatewayChannel]. Dates of the
/// records are made here, too: so the same seed and start give the same records, and the order in which a task reads
/// chunks and events is the same in every run. Immutable.
///
/// What came before an event and what comes after it is some time away from it, and a withdrawal or an erasure waits
/// until the tags of all that was sent are there: how many windows it finds in flight would be chance.
final class GatewayTraffic {

    /// Whoever makes it also tells Avro that it may copy our records.
    private static final AvroSerdes SERDES = TopologyHarness.SERDES;

    /// Name of the channel that every call has.
    static final String CUSTOMER = "customer";

    private static final String PARTNER = "partner";

    /// Where a call is left alone before and after an event, by the calls' time.
    private static final long QUIET_MILLIS = 1500;
    private static final Duration BETWEEN_EVENT_AND_AUDIO = Duration.ofMillis(300);
    private static final long PAUSED_MILLIS = 4_000;

    // Every codec meets every event, over twelve calls.
    private static final List<Codec> CODECS = List.of(Codec.PCM_S16LE, Codec.PCM_MULAW, Codec.PCM_ALAW, Codec.OPUS);
    private static final List<GatewayChannel.Event> EVENTS =
            List.of(GatewayChannel.Event.NONE, GatewayChannel.Event.RESTART, GatewayChannel.Event.CLOCK);

    // Calls with a fate of their own.
    private static final int OF_TWO_CUSTOMERS = 5;
    private static final int WITHDRAWN = 8;
    private static final int PAUSED = 9;
    private static final int ERASED = 10;

    /// A record that is sent.
    ///
    /// @param atMillis since the start; the date of the record
    /// @param record a chunk or an event
    /// @param afterTags it is sent when so many tags of the call's customer are there
    record Step(long atMillis, SpecificRecord record, int afterTags) {

        String callId() {
            return record instanceof AudioChunk chunk ? chunk.getCallId() : ((CallEvent) record).getCallId();
        }

        boolean isEvent() {
            return record instanceof CallEvent;
        }

        private Step later(long millis) {
            return new Step(atMillis + millis, record, afterTags);
        }
    }

    /// Waits until tags of a customer are there.
    interface TagWait {

        void await(String callId, int tags) throws InterruptedException;
    }

    private final Instant start;
    private final int chunks;
    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, GatewayChannel> harmless = new TreeMap<>(); // by call; all that was said arrives

    /// @param length of each call
    /// @param start of the first, near the present time: brokers keep audio for some hours only
    /// @param eventsInCalls whether something happens to calls in their midst, and not only notice before them
    GatewayTraffic(int calls, Duration length, Instant start, boolean eventsInCalls, long seed) {
        this.start = start;
        this.chunks = Math.toIntExact(length.toMillis() / GatewayChannel.CHUNK_MILLIS) + 2;
        this.random = new Random(seed);
        for (int i = 0; i < calls; i++) {
            addCall(i, eventsInCalls);
        }
        steps.sort(Comparator.comparingLong(Step::atMillis));
    }

    private void addCall(int number, boolean eventsInCall) {
        String id = "call-" + number;
        List<GatewayChannel> channels = new ArrayList<>();
        Codec codec = CODECS.get(number % CODECS.size());
        GatewayChannel.Event event = EVENTS.get(number % EVENTS.size());
        boolean lossy = codec != Codec.PCM_S16LE;
        channels.add(GatewayChannel.disturbed(id, CUSTOMER, codec, chunks, event, lossy, start, random.nextLong()));
        if (number == OF_TWO_CUSTOMERS) {
            channels.add(GatewayChannel.disturbed(
                    id, PARTNER, Codec.PCM_S16LE, chunks - 5, event, false, start, random.nextLong()));
        } else if (number % 2 == 0) {
            channels.add(GatewayChannel.agent(id, chunks - 5, start, random.nextLong()));
        }
        List<Step> call = new ArrayList<>();
        for (GatewayChannel.Timed timed : GatewayChannel.together(channels)) {
            call.add(new Step(timed.atMillis() + 70L * number, timed.chunk(), 0));
        }
        if (eventsInCall) {
            happens(id, number, call);
        }
        steps.add(new Step(-2 * QUIET_MILLIS, event(id, CallEventType.NOTICE_GIVEN, "notice-" + number % 3), 0));
        steps.addAll(call);
        if (!lossy && number != WITHDRAWN) {
            harmless.put(id, channels.getFirst());
        }
    }

    private void happens(String id, int number, List<Step> call) {
        long boundary =
                (long) chunks / GatewayChannel.SECTION / 2 * GatewayChannel.SECTION * GatewayChannel.CHUNK_MILLIS;
        switch (number) {
            case WITHDRAWN -> insert(call, boundary + 70L * number + 1, CallEventType.WITHDRAWN, id, windows(boundary));
            case PAUSED -> {
                insert(call, boundary, CallEventType.PAUSED, id, 0);
                insert(call, boundary + 2 * QUIET_MILLIS + PAUSED_MILLIS, CallEventType.RESUMED, id, 0);
            }
            case ERASED ->
                insert(
                        call,
                        call.getLast().atMillis() + 1,
                        CallEventType.ERASED,
                        id,
                        windows((long) chunks * GatewayChannel.CHUNK_MILLIS) + 1);
            default -> {}
        }
    }

    /// Full windows in so much audio.
    private static int windows(long millis) {
        return Math.toIntExact((millis - 3000) / 1000 + 1);
    }

    /// Puts an event where it is quiet, which moves what follows.
    private void insert(List<Step> call, long atMillis, CallEventType type, String id, int afterTags) {
        call.replaceAll(step -> step.atMillis() < atMillis ? step : step.later(2 * QUIET_MILLIS));
        call.add(new Step(atMillis + QUIET_MILLIS, event(id, type, null), afterTags));
        call.sort(Comparator.comparingLong(Step::atMillis));
    }

    private CallEvent event(String id, CallEventType type, @Nullable String notice) {
        return new CallEvent(id, type, start, null, notice);
    }

    /// In the order of sending.
    List<Step> steps() {
        return steps;
    }

    Instant dateOf(Step step) {
        return start.plusMillis(step.atMillis());
    }

    /// Calls of which more than one channel is scored.
    Set<String> callsOfSeveral() {
        Set<String> ids = new HashSet<>();
        steps.forEach(step -> {
            if (step.record() instanceof AudioChunk chunk && chunk.getChannel().equals(PARTNER)) {
                ids.add(chunk.getCallId());
            }
        });
        return ids;
    }

    /// What the tagger of files says of customers of whom all arrives: their tags must be the same.
    Map<String, TagChecksum> filed(Tagging tagging, FakeEncoder encoder) {
        Map<String, TagChecksum> checksums = new TreeMap<>();
        harmless.forEach((id, channel) -> {
            TagChecksum checksum = new TagChecksum();
            new FileTagger(tagging.spec(), encoder, tagging.tagger(), tagging.bank())
                    .tag(Waveform.of(channel.samples(), channel.rateHz()))
                    .forEach(checksum::add);
            checksums.put(id, checksum);
        });
        return checksums;
    }

    /// Sends everything.
    ///
    /// @param speed 1 is that of life
    void send(String bootstrapServers, Topics topics, double speed, TagWait tags)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, byte[]> producer = producer(bootstrapServers)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            long begin = System.nanoTime();
            boolean afterEvent = false;
            for (Step step : steps) {
                long due =
                        begin + Math.round((step.atMillis() - steps.getFirst().atMillis()) * 1e6 / speed);
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                if (step.isEvent() != afterEvent) {
                    producer.flush();
                    Thread.sleep(BETWEEN_EVENT_AND_AUDIO);
                }
                if (step.afterTags() > 0) {
                    tags.await(step.callId(), step.afterTags());
                }
                sent.add(producer.send(record(topics, step)));
                afterEvent = step.isEvent();
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                acknowledged.get();
            }
        }
    }

    private ProducerRecord<String, byte[]> record(Topics topics, Step step) {
        String topic = step.isEvent()
                ? topics.callEvents().name()
                : topics.audioChunks().name();
        return new ProducerRecord<>(
                topic, null, dateOf(step).toEpochMilli(), step.callId(), bytes(topic, step.record()));
    }

    static byte[] bytes(String topic, SpecificRecord record) {
        return record instanceof AudioChunk chunk
                ? SERDES.serde(AudioChunk.class).serializer().serialize(topic, chunk)
                : SERDES.serde(CallEvent.class).serializer().serialize(topic, (CallEvent) record);
    }

    private static KafkaProducer<String, byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
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
                new ByteArraySerializer());
    }
}

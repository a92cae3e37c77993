package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.window.BadChunk;
import io.undertone.window.WindowSpec;
import java.time.Duration;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// What happens to a record of the audio topic, from the bytes to the tags, and to one of the topic of call events.
///
/// A chunk that the policy allows is written to the journal and offered to the windower of its channel
/// ([Channels]). Windows that are complete go to the encoder, which all tasks share and nobody waits for; its
/// answers come back through the mailbox and are published in the order of the channel ([WindowFlow]). With the
/// tag, in the same transaction, the cursor moves on and chunks that nothing needs any more are deleted. Whatever
/// is in flight when the task closes or the process dies is therefore still in the journal, and the next owner
/// cuts and submits it again.
///
/// Two punctuators run on the wall clock. The drain looks into the mailbox every few milliseconds, but only
/// while something is in flight; the watch looks after gaps and silent gateways, but only while channels are
/// open. A punctuator that always ran would make an idle application commit empty transactions for ever.
///
/// Threading: owned by the task's stream thread; the batcher only ever sees the mailbox.
final class TaggingProcessor implements Processor<String, byte[], String, SpecificRecord> {

    static final Duration DRAIN_INTERVAL = Duration.ofMillis(5);
    static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    private final LiveTagging tagging;
    private final ChannelRules rules;
    private final Scope scope;
    private final ChunkReader audio;
    private final EventReader events;
    private final EncodeQueue encoder;
    private final Patience patience;
    private final InFlight inFlight;
    private final TaggerCounters counters;

    private final Mailbox mailbox = new Mailbox();

    private ProcessorContext<String, SpecificRecord> context;
    private TaskOutput output;
    private Channels channels;
    private WindowFlow flow;
    private IdleClock clock;
    private SwitchedPunctuator drain;
    private SwitchedPunctuator watch;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    TaggingProcessor(
            LiveTagging tagging,
            ChannelRules rules,
            Scope scope,
            ChunkReader audio,
            EventReader events,
            EncodeQueue encoder,
            Patience patience,
            InFlight inFlight,
            TaggerCounters counters) {
        this.tagging = tagging;
        this.rules = rules;
        this.scope = scope;
        this.audio = audio;
        this.events = events;
        this.encoder = encoder;
        this.patience = patience;
        this.inFlight = inFlight;
        this.counters = counters;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> taskContext) {
        context = taskContext;
        ChannelJournal journal = new ChannelJournal(
                context.getStateStore(TaggingTopology.CHUNK_STORE),
                context.getStateStore(TaggingTopology.CHANNEL_STORE));
        CallBook calls =
                new CallBook(context.getStateStore(TaggingTopology.CALL_STORE), rules.rememberCalls(), scope::minded);
        clock = new IdleClock(WATCH_INTERVAL, now());
        output = new TaskOutput(context, counters);
        Findings findings = new Findings(
                new CallTallies(
                        context.getStateStore(TaggingTopology.TALLY_STORE), output, rules.summaryEvery(), hopMillis()),
                new AlertWatch(rules.alerts(), context.getStateStore(TaggingTopology.ALERT_STORE), output));
        RetrainingFeed feed =
                new RetrainingFeed(rules.feed(), context.getStateStore(TaggingTopology.KEPT_STORE), output);
        channels = new Channels(
                tagging, rules, scope, audio, encoder, mailbox, inFlight, journal, calls, findings, feed, output,
                counters, clock);
        flow = channels.flow();
        drain = new SwitchedPunctuator(context, DRAIN_INTERVAL, this::drain);
        watch = new SwitchedPunctuator(context, WATCH_INTERVAL, this::watch);
        armOrDisarm();
    }

    private long hopMillis() {
        WindowSpec spec = tagging.current().spec();
        return spec.hopSamples() * 1000L / spec.sampleRateHz();
    }

    @Override
    public void close() {
        scope.rests(context.taskId().partition(), false);
        mailbox.close();
        flow.close();
    }

    // ---- a record

    @Override
    public void process(Record<String, byte[]> record) {
        if (!holds(record)) {
            return;
        }
        flow.drain();
        switch (read(record)) {
            case Incoming.Unusable(BadChunk why, Incoming.Origin origin) -> output.deadLetter(record, why, origin);
            case Incoming.Addressed(ChannelId id, AudioChunk chunk) -> channels.take(id, chunk, record);
            case Incoming.Happened(CallEvent event) -> channels.take(event);
        }
        waitForRoom();
        armOrDisarm();
    }

    private boolean holds(Record<String, byte[]> record) {
        String key = Objects.requireNonNullElse(record.key(), "");
        return context.recordMetadata()
                .map(from -> scope.holds(from.topic(), from.partition(), from.offset(), key))
                .orElse(true);
    }

    private Incoming read(Record<String, byte[]> record) {
        boolean event = context.recordMetadata()
                .map(metadata -> metadata.topic().equals(events.topic()))
                .orElse(false);
        if (event) {
            return events.read(record.key(), record.value());
        }
        counters.chunk();
        return audio.read(record.key(), record.value());
    }

    // ---- time

    /// While there is no room for windows that are ready the stream thread stands still, so that the consumer stops
    /// fetching. Nothing is lost when its patience ends first: the windows are cut later, from the journal.
    private void waitForRoom() {
        try {
            while (flow.full() && !patience.exhausted()) {
                patience.await(mailbox);
                flow.drain();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void armOrDisarm() {
        drain.arm(flow.busy());
        if (!watch.isArmed()) {
            clock.restart(now());
        }
        watch.arm(!channels.isEmpty());
        scope.rests(context.taskId().partition(), channels.isEmpty() && !flow.busy());
    }

    private void drain(long wallClockMillis) {
        patience.renew();
        flow.drain();
        armOrDisarm();
    }

    private void watch(long wallClockMillis) {
        patience.renew();
        clock.tick(wallClockMillis);
        channels.watch(wallClockMillis, scope.isOver(context.taskId().partition()));
        armOrDisarm();
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}

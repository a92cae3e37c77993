package io.undertone.streams;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.Role;
import io.undertone.window.Admission;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// What happens to a record of the audio topic, from the bytes to the tags.
///
/// A chunk is written to the journal and offered to the windower of its channel. Windows that are complete go
/// to the encoder, which all tasks share and nobody waits for; its answers come back through the mailbox and
/// are published in the order of the channel ([WindowFlow]). With the tag, in the same transaction, the cursor
/// moves on and chunks that nothing needs any more are deleted. Whatever is in flight when the task closes or
/// the process dies is therefore still in the journal, and the next owner cuts and submits it again.
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
    private final ChunkReader reader;
    private final EncodeQueue encoder;
    private final Patience patience;
    private final TaggerCounters counters;

    private final Mailbox mailbox = new Mailbox();
    private final Map<ChannelId, LiveChannel> live = new LinkedHashMap<>();

    private ProcessorContext<String, SpecificRecord> context;
    private ChannelJournal journal;
    private FinishedChannels finished;
    private TaskOutput output;
    private WindowFlow flow;
    private IdleClock clock;
    private SwitchedPunctuator drain;
    private SwitchedPunctuator watch;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    TaggingProcessor(
            LiveTagging tagging,
            ChannelRules rules,
            ChunkReader reader,
            EncodeQueue encoder,
            Patience patience,
            TaggerCounters counters) {
        this.tagging = tagging;
        this.rules = rules;
        this.reader = reader;
        this.encoder = encoder;
        this.patience = patience;
        this.counters = counters;
    }

    // ---- life of the task

    @Override
    public void init(ProcessorContext<String, SpecificRecord> taskContext) {
        context = taskContext;
        journal = new ChannelJournal(
                context.getStateStore(TaggingTopology.CHUNK_STORE),
                context.getStateStore(TaggingTopology.CHANNEL_STORE));
        clock = new IdleClock(WATCH_INTERVAL, now());
        output = new TaskOutput(context, counters);
        flow = new WindowFlow(tagging, rules, encoder, mailbox, journal, output, counters, this::finish);
        drain = new SwitchedPunctuator(context, DRAIN_INTERVAL, this::drain);
        watch = new SwitchedPunctuator(context, WATCH_INTERVAL, this::watch);
        restore();
        armOrDisarm();
    }

    private void restore() {
        List<FinishedChannels.Marker> markers = new ArrayList<>();
        journal.forEachChannel((id, state) -> {
            switch (state) {
                case ChannelState.Open open -> resume(id, open);
                case ChannelState.Blocked(Role role, long chunks) ->
                    live.put(id, new LiveChannel.Blocked(id, role, chunks, clock.millis()));
                case ChannelState.Finished(Role _, long _, long expiresAtMillis) ->
                    markers.add(new FinishedChannels.Marker(id, expiresAtMillis));
            }
        });
        finished = new FinishedChannels(journal, rules.rememberFinished(), markers);
    }

    private void resume(ChannelId id, ChannelState.Open open) {
        List<StoredChunk> stored = journal.chunksOf(id);
        List<Chunk> chunks = stored.stream().map(StoredChunk::chunk).toList();
        ChannelWindower windower = ChannelWindower.resume(
                tagging.current().spec(), tagging.current().limits(), open.cursor(), chunks);
        LiveChannel.Scored channel =
                new LiveChannel.Scored(id, open.role(), windower, open.lastSequence(), clock.millis());
        stored.forEach(channel::accepted);
        live.put(id, channel);
        flow.restored(channel);
    }

    @Override
    public void close() {
        mailbox.close();
    }

    // ---- a record

    @Override
    public void process(Record<String, byte[]> record) {
        flow.drain();
        counters.chunk();
        switch (reader.read(record.key(), record.value())) {
            case Incoming.Unusable(BadChunk why, Incoming.Origin origin) -> output.deadLetter(record, why, origin);
            case Incoming.Addressed(ChannelId id, AudioChunk chunk) -> {
                if (rules.scoredRoles().contains(chunk.getRole())) {
                    score(id, chunk, record);
                } else {
                    block(id, chunk, record);
                }
            }
        }
        waitForRoom();
        armOrDisarm();
    }

    private void score(ChannelId id, AudioChunk chunk, Record<String, byte[]> record) {
        @Nullable LiveChannel known = live.get(id);
        Optional<ChannelState.Finished> ended = known == null ? finished.find(id, now()) : Optional.empty();
        if (ended.isPresent()) {
            ended.get()
                    .refusal(chunk.getSequence())
                    .ifPresentOrElse(why -> putAside(record, chunk, why), counters::duplicate);
            return;
        }
        if (known != null) {
            known.seen(clock.millis());
            if (known.role() != chunk.getRole()) {
                putAside(record, chunk, known.roleChanged(chunk.getRole()));
                return;
            }
        }
        switch (reader.check(chunk)) {
            case ChunkReader.Checked.Bad(BadChunk why) -> putAside(record, chunk, why);
            case ChunkReader.Checked.Good(Chunk good) -> {
                LiveChannel.Scored channel = known instanceof LiveChannel.Scored scored ? scored : begin(id, chunk);
                offer(channel, StoredChunk.of(good, chunk.getCapturedAt(), record.timestamp()), chunk, record);
            }
        }
    }

    private LiveChannel.Scored begin(ChannelId id, AudioChunk chunk) {
        ChannelWindower windower = ChannelWindower.start(
                tagging.current().spec(), tagging.current().limits());
        return new LiveChannel.Scored(id, chunk.getRole(), windower, -1, clock.millis());
    }

    private void offer(
            LiveChannel.Scored channel, StoredChunk stored, AudioChunk chunk, Record<String, byte[]> record) {
        switch (channel.windower().offer(stored.chunk())) {
            case Admission.Refused(BadChunk why) -> putAside(record, chunk, why);
            case Admission.Duplicate _ -> counters.duplicate();
            case Admission.Accepted _ -> {
                live.putIfAbsent(channel.id(), channel);
                channel.accepted(stored);
                journal.putChunk(channel.id(), stored);
            }
        }
        // A channel whose very first chunk was refused has not begun.
        if (live.containsKey(channel.id())) {
            flow.advance(channel);
        }
    }

    /// The last tag of the channel is on its way: only a marker stays.
    private void finish(LiveChannel.Scored channel) {
        finished.add(channel.id(), channel.role(), channel.lastSequence(), now());
        live.remove(channel.id());
    }

    private void putAside(Record<String, byte[]> record, AudioChunk chunk, BadChunk why) {
        output.deadLetter(record, why, ChunkReader.origin(chunk));
    }

    // ---- policy

    /// Drops the chunk before anything looks at its payload.
    private void block(ChannelId id, AudioChunk chunk, Record<String, byte[]> record) {
        @Nullable LiveChannel known = live.get(id);
        if (known instanceof LiveChannel.Scored scored) {
            scored.seen(clock.millis());
            putAside(record, chunk, scored.roleChanged(chunk.getRole()));
            return;
        }
        counters.blockedChunk();
        if (known == null && finished.find(id, now()).isPresent()) {
            return;
        }
        LiveChannel.Blocked channel = known instanceof LiveChannel.Blocked blocked
                ? blocked
                : new LiveChannel.Blocked(id, chunk.getRole(), 0, clock.millis());
        channel.seen(clock.millis());
        channel.count();
        if (known == null) {
            live.put(id, channel);
            output.blocked(channel, 1);
        }
        if (chunk.getEndOfStream()) {
            finish(channel);
        } else {
            journal.putState(id, new ChannelState.Blocked(channel.role(), channel.chunks()).toBytes());
        }
    }

    private void finish(LiveChannel.Blocked channel) {
        output.blocked(channel, channel.chunks() - 1);
        finished.add(channel.id(), channel.role(), Long.MAX_VALUE, now());
        live.remove(channel.id());
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
        watch.arm(!live.isEmpty());
    }

    private void drain(long wallClockMillis) {
        patience.renew();
        flow.drain();
        armOrDisarm();
    }

    private void watch(long wallClockMillis) {
        patience.renew();
        clock.tick(wallClockMillis);
        for (LiveChannel channel : List.copyOf(live.values())) {
            boolean ended =
                    channel.idleMillis(clock.millis()) >= rules.idleTimeout().toMillis();
            switch (channel) {
                case LiveChannel.Blocked blocked -> {
                    if (ended) {
                        finish(blocked);
                    }
                }
                case LiveChannel.Scored scored -> watch(scored, ended);
            }
        }
        finished.expire(wallClockMillis);
        armOrDisarm();
    }

    private void watch(LiveChannel.Scored channel, boolean ended) {
        if (ended) {
            channel.windower().endStream();
            flow.advance(channel);
        } else if (channel.windower().holdsChunks()
                && channel.idleMillis(clock.millis()) >= rules.gapTimeout().toMillis()) {
            channel.windower().closeGaps();
            flow.advance(channel);
        }
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}

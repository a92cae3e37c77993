package io.undertone.streams;

import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.CallEvent;
import io.undertone.schemas.EmotionTag;
import io.undertone.window.Admission;
import io.undertone.window.BadChunk;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channels of a task: what becomes of a chunk by the policy and by where its channel stands, and of a channel when
/// something happens to its call.
///
/// The policy is asked for every chunk, before anything looks at its payload. Which came first, a chunk or an event,
/// is decided by the order in which the task reads them, which is that of the records' timestamps as far as Kafka
/// Streams has both at hand; never by the clocks inside of them.
///
/// Threading: owned by the task's stream thread.
final class Channels {

    private static final Logger log = LoggerFactory.getLogger(Channels.class);

    private final LiveTagging tagging;
    private final ChannelRules rules;
    private final Scope scope;
    private final ChunkReader reader;
    private final ChannelJournal journal;
    private final CallBook calls;
    private final Findings findings;
    private final RetrainingFeed feed;
    private final TaskOutput output;
    private final TaggerCounters counters;
    private final IdleClock clock;
    private final WindowFlow flow;
    private final FinishedChannels finished;
    private final Map<ChannelId, LiveChannel> live = new LinkedHashMap<>();
    private boolean warned;

    Channels(
            LiveTagging tagging,
            ChannelRules rules,
            Scope scope,
            ChunkReader reader,
            EncodeQueue encoder,
            Mailbox mailbox,
            InFlight inFlight,
            ChannelJournal journal,
            CallBook calls,
            Findings findings,
            RetrainingFeed feed,
            TaskOutput output,
            TaggerCounters counters,
            IdleClock clock) {
        this.tagging = tagging;
        this.rules = rules;
        this.scope = scope;
        this.reader = reader;
        this.journal = journal;
        this.calls = calls;
        this.findings = findings;
        this.feed = feed;
        this.output = output;
        this.counters = counters;
        this.clock = clock;
        this.flow = new WindowFlow(
                tagging, rules, encoder, mailbox, journal, inFlight, counters, this::tagged, this::finish);
        this.finished = new FinishedChannels(journal, rules.rememberFinished(), restore(), findings::forget);
    }

    /// @return markers of channels that have ended
    private List<FinishedChannels.Marker> restore() {
        List<FinishedChannels.Marker> markers = new ArrayList<>();
        journal.forEachChannel((id, state) -> {
            switch (state) {
                case ChannelState.Open open -> resume(id, open);
                case ChannelState.Blocked(var role, var entry) ->
                    live.put(id, new LiveChannel.Blocked(id, role, new Ledger(entry), clock.millis()));
                case ChannelState.Finished ended ->
                    markers.add(new FinishedChannels.Marker(id, ended.expiresAtMillis()));
            }
        });
        return markers;
    }

    private void resume(ChannelId id, ChannelState.Open open) {
        List<StoredChunk> stored = journal.chunksOf(id);
        List<Chunk> chunks = stored.stream().map(StoredChunk::chunk).toList();
        Tagging now = tagging.current();
        ChannelWindower windower = ChannelWindower.resume(now.spec(), now.limits(), open.cursor(), chunks);
        LiveChannel.Scored channel = new LiveChannel.Scored(
                id,
                open.role(),
                new Ledger(open.ledger()),
                windower,
                open.lastSequence(),
                open.run(),
                open.latestMillis(),
                clock.millis());
        stored.forEach(channel::accepted);
        live.put(id, channel);
        flow.restored(channel);
    }

    WindowFlow flow() {
        return flow;
    }

    boolean isEmpty() {
        return live.isEmpty();
    }

    // ---- a chunk

    void take(ChannelId id, AudioChunk chunk, Record<String, byte[]> record) {
        @Nullable LiveChannel known = live.get(id);
        if (known != null) {
            known.seen(clock.millis());
        }
        Standing standing = calls.standing(id);
        PolicyRules.Verdict verdict = rules.policy().judge(chunk.getRole(), standing);
        boolean scorable = rules.policy().scoredRoles().contains(chunk.getRole());
        if (known != null && known.role() != chunk.getRole() && (scorable || known instanceof LiveChannel.Scored)) {
            putAside(record, chunk, known.roleChanged(chunk.getRole()));
        } else if (verdict.scored()) {
            score(known, id, chunk, standing, Terms.of(verdict, standing, tagging.current()), record);
        } else if (known instanceof LiveChannel.Scored scored) {
            hold(scored, chunk, verdict);
        } else {
            block(known, id, chunk, verdict);
        }
    }

    private void score(
            @Nullable LiveChannel known,
            ChannelId id,
            AudioChunk chunk,
            Standing standing,
            Terms terms,
            Record<String, byte[]> record) {
        Optional<ChannelState.Finished> ended = ended(known, id);
        switch (reader.check(chunk)) {
            case ChunkReader.Checked.Bad(BadChunk why) -> putAside(record, chunk, why);
            case ChunkReader.Checked.Good(Chunk good) -> {
                OptionalLong capturedAt = StoredChunk.believed(chunk.getCapturedAt(), record.timestamp());
                if (ended.isPresent()) {
                    ended.get()
                            .refusal(good, capturedAt)
                            .ifPresentOrElse(why -> putAside(record, chunk, why), counters::duplicate);
                } else {
                    LiveChannel.Scored channel =
                            known instanceof LiveChannel.Scored scored ? scored : begin(known, id, chunk);
                    offer(channel, good, capturedAt, chunk, standing, terms, record);
                }
            }
        }
    }

    private Optional<ChannelState.Finished> ended(@Nullable LiveChannel known, ChannelId id) {
        return switch (known) {
            case null -> finished.find(id, output.now());
            case LiveChannel.Scored scored -> scored.ended();
            case LiveChannel.Blocked _ -> Optional.empty();
        };
    }

    /// @param before what it was while it was blocked, if it was
    private LiveChannel.Scored begin(@Nullable LiveChannel before, ChannelId id, AudioChunk chunk) {
        Tagging now = tagging.current();
        Ledger ledger = before == null ? new Ledger(null) : before.ledger();
        ChannelWindower windower = ChannelWindower.start(now.spec(), now.limits());
        return LiveChannel.Scored.begin(id, chunk.getRole(), ledger, windower, clock.millis());
    }

    private void offer(
            LiveChannel.Scored channel,
            Chunk good,
            OptionalLong capturedAt,
            AudioChunk chunk,
            Standing standing,
            Terms terms,
            Record<String, byte[]> record) {
        switch (admit(channel, good, capturedAt)) {
            case Admission.Refused(BadChunk why) -> putAside(record, chunk, why);
            case Admission.Duplicate _ -> counters.duplicate();
            case Admission.Accepted _ -> {
                live.put(channel.id(), channel);
                StoredChunk stored = StoredChunk.of(
                        channel.run().place(good),
                        chunk.getCapturedAt(),
                        record.timestamp(),
                        standing.consented(),
                        Traces.of(record.headers()));
                channel.accepted(stored);
                capturedAt.ifPresent(channel::heardAt);
                output.audit(channel, channel.ledger().chunk(terms));
                journal.putChunk(channel.id(), stored);
            }
        }
        // A channel whose very first chunk was refused has not begun.
        if (live.get(channel.id()) == channel) {
            flow.advance(channel);
        }
    }

    /// Offers a chunk in the numbers of the channel, and looks whether its gateway has begun to count anew.
    ///
    /// @param chunk in the numbers of the gateway
    /// @param capturedAt when its last sample was captured, empty if that is not to be believed
    private Admission admit(LiveChannel.Scored channel, Chunk chunk, OptionalLong capturedAt) {
        if (capturedAt.isPresent() && channel.run().isAfter(capturedAt.getAsLong())) {
            String detail = "sequence " + chunk.sequence() + " was captured before the gateway began again";
            return new Admission.Refused(new BadChunk(BadChunk.Reason.LATE, detail));
        }
        Admission admission = channel.windower().offer(channel.run().place(chunk));
        boolean wasThere = admission instanceof Admission.Duplicate
                || (admission instanceof Admission.Refused(BadChunk why) && why.reason() == BadChunk.Reason.LATE);
        if (!wasThere
                || capturedAt.isEmpty()
                || !GatewayRun.isLater(chunk, capturedAt.getAsLong(), channel.latestMillis())
                || isStored(channel, chunk)) {
            return admission;
        }
        channel.beginAgain(GatewayRun.startOf(chunk, capturedAt.getAsLong()));
        counters.restart();
        log.info(
                "call '{}', channel '{}': its gateway began again at sequence {}; the channel goes on",
                channel.id().callId(),
                channel.id().channel(),
                chunk.sequence());
        return channel.windower().offer(channel.run().place(chunk));
    }

    /// Whether the very same audio lies in the store: then it was only sent again, whatever its clock says.
    private boolean isStored(LiveChannel.Scored channel, Chunk chunk) {
        return journal.chunk(channel.id(), channel.run().place(chunk).sequence())
                .filter(stored -> Arrays.equals(stored.chunk().payload(), chunk.payload()))
                .isPresent();
    }

    private void putAside(Record<String, byte[]> record, AudioChunk chunk, BadChunk why) {
        output.deadLetter(record, why, ChunkReader.origin(chunk));
    }

    // ---- a chunk that is not looked at

    /// Drops a chunk of a channel that is scored otherwise. To the windows it is audio that never came.
    private void hold(LiveChannel.Scored channel, AudioChunk chunk, PolicyRules.Verdict verdict) {
        counters.blockedChunk();
        output.audit(channel, channel.ledger().chunk(Terms.blocked(verdict)));
        if (chunk.getEndOfStream()) {
            channel.windower().endStream();
        }
        flow.advance(channel);
    }

    private void block(@Nullable LiveChannel known, ChannelId id, AudioChunk chunk, PolicyRules.Verdict verdict) {
        counters.blockedChunk();
        if (known == null && finished.find(id, output.now()).isPresent()) {
            return;
        }
        warn(id, verdict);
        LiveChannel channel =
                known != null ? known : new LiveChannel.Blocked(id, chunk.getRole(), new Ledger(null), clock.millis());
        output.audit(channel, channel.ledger().chunk(Terms.blocked(verdict)));
        live.put(id, channel);
        if (chunk.getEndOfStream()) {
            end(channel, Long.MAX_VALUE, Long.MAX_VALUE);
        } else {
            journal.putState(
                    id,
                    new ChannelState.Blocked(channel.role(), channel.ledger().known()).toBytes());
        }
    }

    /// Once: whoever set the tagger up may wonder why nothing is scored.
    private void warn(ChannelId id, PolicyRules.Verdict verdict) {
        if (!warned
                && (verdict.rule().equals(PolicyRules.NOTICE_RULE)
                        || verdict.rule().equals(PolicyRules.CONSENT_RULE))) {
            warned = true;
            log.warn(
                    "call '{}' is not scored: {} wants an event on the topic of call events (said once)",
                    id.callId(),
                    verdict.rule());
        }
    }

    // ---- an event

    void take(CallEvent event) {
        calls.take(event, output.now());
        counters.callEvent();
        switch (event.getType()) {
            case WITHDRAWN -> {
                @Nullable String only = event.getChannel();
                withdraw(id -> id.callId().equals(event.getCallId()) && (only == null || only.equals(id.channel())));
                feed.delete(event.getCallId(), only);
            }
            case ERASED -> erase(event.getCallId());
            case STARTED, NOTICE_GIVEN, CONSENT_GIVEN, PAUSED, RESUMED, ENDED, OTHER -> {}
        }
    }

    /// Drops what is in flight and what is stored of the channels, and says so on the audit topic.
    private void withdraw(Predicate<ChannelId> which) {
        for (LiveChannel channel : List.copyOf(live.values())) {
            if (which.test(channel.id()) && rules.policy().scoredRoles().contains(channel.role())) {
                if (channel instanceof LiveChannel.Scored scored) {
                    flow.drop(scored);
                    findings.stopped(scored);
                }
                PolicyRules.Verdict verdict = rules.policy().judge(channel.role(), calls.standing(channel.id()));
                output.audit(channel, channel.ledger().turn(Terms.blocked(verdict)));
                live.put(
                        channel.id(),
                        new LiveChannel.Blocked(channel.id(), channel.role(), channel.ledger(), clock.millis()));
                journal.putState(
                        channel.id(),
                        new ChannelState.Blocked(
                                        channel.role(), channel.ledger().known())
                                .toBytes());
            }
        }
    }

    private void erase(String callId) {
        for (LiveChannel channel : List.copyOf(live.values())) {
            if (channel.id().callId().equals(callId)) {
                if (channel instanceof LiveChannel.Scored scored) {
                    flow.drop(scored);
                }
                output.audit(channel, channel.ledger().close());
                live.remove(channel.id());
            }
        }
        findings.erase(callId);
        feed.delete(callId, null);
        journal.erase(callId);
        calls.erase(callId, output.now());
        output.erased(callId);
    }

    // ---- tags, ends and time

    private void tagged(LiveChannel.Scored channel, PendingWindow window, EmotionTag tag) {
        if (rules.tagSilence() || tag.getAbstained() != AbstainReason.NO_SPEECH) {
            output.tag(channel, tag);
        }
        findings.add(channel, tag);
        feed.offer(channel, window, tag, () -> calls.standing(channel.id()));
    }

    /// The last tag of the channel is on its way: only a marker stays.
    private void finish(LiveChannel.Scored channel) {
        end(channel, channel.lastSequence() - channel.run().firstSequence(), channel.latestMillis());
    }

    private void end(LiveChannel channel, long lastSequence, long latestMillis) {
        output.audit(channel, channel.ledger().close());
        finished.add(channel.id(), channel.role(), lastSequence, latestMillis, output.now());
        live.remove(channel.id());
        calls.seen(channel.id().callId(), output.now());
        findings.ended(channel, !isLive(channel.id().callId()));
        feed.ended(channel.id());
    }

    /// Looks after gaps and silent gateways.
    ///
    /// @param over nothing more comes: every channel ends
    void watch(long wallClockMillis, boolean over) {
        for (LiveChannel channel : List.copyOf(live.values())) {
            long idleMillis = channel.idleMillis(clock.millis());
            boolean ended = over || idleMillis >= rules.idleTimeout().toMillis();
            switch (channel) {
                case LiveChannel.Blocked blocked -> {
                    if (ended) {
                        fallSilent(blocked);
                    }
                }
                case LiveChannel.Scored scored
                when scope.minded(scored.id()).withdrawn() -> withdraw(scored.id()::equals);
                case LiveChannel.Scored scored -> watch(scored, idleMillis, ended);
            }
        }
        finished.expire(wallClockMillis);
        calls.expire(wallClockMillis, this::isLive);
        feed.expire(wallClockMillis);
    }

    private boolean isLive(String callId) {
        return live.keySet().stream().anyMatch(id -> id.callId().equals(callId));
    }

    /// What was never scored may still begin, when notice comes after a long silence: no marker refuses it.
    private void fallSilent(LiveChannel.Blocked channel) {
        boolean withdrawn = calls.standing(channel.id()).withdrawn();
        end(channel, Long.MAX_VALUE, Long.MAX_VALUE);
        if (!withdrawn && rules.policy().scoredRoles().contains(channel.role())) {
            journal.forget(channel.id());
        }
    }

    private void watch(LiveChannel.Scored channel, long idleMillis, boolean ended) {
        if (ended) {
            channel.windower().endStream();
            flow.advance(channel);
        } else if (channel.windower().holdsChunks()
                && idleMillis >= rules.gapTimeout().toMillis()) {
            channel.windower().closeGaps();
            flow.advance(channel);
        }
    }
}

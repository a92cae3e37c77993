package io.undertone.streams;

import io.undertone.schemas.AlertPhase;
import io.undertone.schemas.EmotionAlert;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.streams.config.AlertRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Holds the tags of a task's channels against the configured rules: one record when a rule begins to hold for long
/// enough, one when it ceases, or its channel ends. Where the rules stand changes in the transaction of the tags.
///
/// Threading: owned by the task's stream thread.
final class AlertWatch {

    private static final byte VERSION = 1;

    /// Where all rules stand on one channel, and what was asked last.
    private static final class Watched {
        private final Map<String, AlertState> states = new LinkedHashMap<>(); // by rule; quiet ones may be absent
        private ModelVersion model = new ModelVersion("", "");
        private PromptBankVersion bank = new PromptBankVersion("", "");
    }

    private final List<AlertRule> rules;
    private final KeyValueStore<Bytes, byte[]> store;
    private final TaskOutput output;
    private final Map<ChannelId, Watched> open = new HashMap<>(); // of live channels, as they are stored

    AlertWatch(List<AlertRule> rules, KeyValueStore<Bytes, byte[]> store, TaskOutput output) {
        this.rules = List.copyOf(rules);
        this.store = store;
        this.output = output;
    }

    void add(LiveChannel.Scored channel, EmotionTag tag) {
        Watched watched = open.computeIfAbsent(channel.id(), this::stored);
        endRemovedRules(channel, watched);
        if (rules.isEmpty()) {
            return;
        }
        if (tag.getAbstained() == null) {
            watched.model = tag.getModel();
            watched.bank = tag.getPromptBank();
        }
        boolean changed = false;
        for (AlertRule rule : rules) {
            AlertState before = watched.states.getOrDefault(rule.name(), AlertState.QUIET);
            AlertState.Step step = before.after(tag, rule);
            if (step.started()) {
                output.alert(channel, tag.getEndMs(), record(channel, rule.name(), step.next(), watched, true));
            }
            if (step.ended()) {
                output.alert(channel, tag.getEndMs(), record(channel, rule.name(), before, watched, false));
            }
            changed |= !step.next().equals(before);
            watched.states.put(rule.name(), step.next());
        }
        if (changed) {
            store.put(channel.id().key(), toBytes(watched));
        }
    }

    /// Rules that were taken out of the configuration while they held.
    private void endRemovedRules(LiveChannel channel, Watched watched) {
        watched.states.entrySet().removeIf(entry -> {
            boolean removed = rules.stream().noneMatch(rule -> rule.name().equals(entry.getKey()));
            if (removed) {
                endActive(channel, watched, entry.getKey(), entry.getValue());
            }
            return removed;
        });
    }

    /// Nothing more is published of the channel: what holds ends.
    void ended(LiveChannel channel) {
        Watched watched = stored(channel.id());
        open.remove(channel.id());
        watched.states.forEach((rule, state) -> endActive(channel, watched, rule, state));
        store.delete(channel.id().key());
    }

    private void endActive(LiveChannel channel, Watched watched, String rule, AlertState state) {
        if (state.phase() == AlertState.Phase.ACTIVE) {
            output.alert(channel, state.toMillis(), record(channel, rule, state, watched, false));
        }
    }

    /// Deletes all that is kept of the call, without a word.
    void erase(String callId) {
        open.keySet().removeIf(id -> id.callId().equals(callId));
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range =
                store.prefixScan(ChannelId.callKey(callId), new BytesSerializer())) {
            range.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(store::delete);
    }

    private static EmotionAlert.Builder record(
            LiveChannel channel, String rule, AlertState state, Watched watched, boolean start) {
        ChannelId id = channel.id();
        return EmotionAlert.newBuilder()
                .setAlertId(id.callId() + "/" + id.channel() + "/" + rule + "/" + state.firstWindow())
                .setCallId(id.callId())
                .setChannel(id.channel())
                .setRole(channel.role())
                .setRule(rule)
                .setPhase(start ? AlertPhase.START : AlertPhase.END)
                .setFromMs(state.fromMillis())
                .setToMs(start ? null : state.toMillis())
                .setEvidence(state.evidence())
                .setModel(watched.model)
                .setPromptBank(watched.bank);
    }

    private Watched stored(ChannelId id) {
        byte @Nullable [] bytes = store.get(id.key());
        return bytes == null ? new Watched() : fromBytes(bytes);
    }

    private static byte[] toBytes(Watched watched) {
        StateWriter out = new StateWriter().putByte(VERSION);
        out.putText(watched.model.getName()).putText(watched.model.getVersion());
        out.putText(watched.bank.getId()).putText(watched.bank.getVersion());
        out.putInt(watched.states.size());
        watched.states.forEach((rule, state) -> state.write(out.putText(rule)));
        return out.toBytes();
    }

    private static Watched fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.expectVersion(VERSION, "alerts");
        Watched watched = new Watched();
        watched.model = new ModelVersion(in.text(), in.text());
        watched.bank = new PromptBankVersion(in.text(), in.text());
        for (int left = in.getInt(); left > 0; left--) {
            String rule = in.text();
            watched.states.put(rule, AlertState.read(in));
        }
        return watched;
    }
}

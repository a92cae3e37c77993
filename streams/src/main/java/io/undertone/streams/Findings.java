package io.undertone.streams;

import io.undertone.schemas.EmotionTag;

/// What follows from the tags of a task's channels: summaries of calls, and alerts.
///
/// Threading: owned by the task's stream thread.
record Findings(CallTallies tallies, AlertWatch alerts) {

    /// @param tag the next of its channel, also one that abstains
    void add(LiveChannel.Scored channel, EmotionTag tag) {
        tallies.add(channel, tag);
        alerts.add(channel, tag);
    }

    /// No more tags come of the channel, though it is open: its audio is dropped from now on.
    void stopped(LiveChannel channel) {
        alerts.ended(channel);
    }

    /// @param last whether it was the last open channel of its call
    void ended(LiveChannel channel, boolean last) {
        alerts.ended(channel);
        tallies.ended(channel.id(), last);
    }

    /// The channel has ended so long ago that it is forgotten.
    void forget(ChannelId id) {
        tallies.forget(id);
    }

    void erase(String callId) {
        alerts.erase(callId);
        tallies.erase(callId);
    }
}

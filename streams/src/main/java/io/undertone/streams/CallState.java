package io.undertone.streams;

import io.undertone.schemas.CallEvent;
import io.undertone.schemas.CallEventType;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the store knows of one call by its events. Immutable.
///
/// @param whole said of the call
/// @param channels said of single channels, by name
/// @param ended whether the call was said to be over
/// @param seenMillis wall clock of the last event, or of the end of the last channel
record CallState(Standing whole, SortedMap<String, Standing> channels, boolean ended, long seenMillis) {

    private static final byte VERSION = 2;
    private static final byte WITHOUT_TIME_OF_CONSENT = 1;
    private static final long NO_TIME = Long.MIN_VALUE;

    CallState {
        channels = new TreeMap<>(channels);
    }

    /// A call of which nothing was said.
    static CallState unknown(long nowMillis) {
        return new CallState(Standing.NEW, new TreeMap<>(), false, nowMillis);
    }

    /// What is left of a call whose data was erased: that it must not be scored.
    static CallState erased(long nowMillis) {
        return new CallState(
                Standing.NEW.after(CallEventType.ERASED, null, Instant.ofEpochMilli(nowMillis)),
                new TreeMap<>(),
                true,
                nowMillis);
    }

    CallState after(CallEvent event, long nowMillis) {
        boolean over = ended || event.getType() == CallEventType.ENDED;
        String channel = event.getChannel();
        if (channel == null) {
            return new CallState(
                    whole.after(event.getType(), event.getNoticeTextId(), event.getAt()), channels, over, nowMillis);
        }
        SortedMap<String, Standing> changed = new TreeMap<>(channels);
        Standing before = channels.getOrDefault(channel, Standing.NEW);
        changed.put(channel, before.after(event.getType(), event.getNoticeTextId(), event.getAt()));
        return new CallState(whole, changed, over, nowMillis);
    }

    CallState seen(long nowMillis) {
        return new CallState(whole, channels, ended, nowMillis);
    }

    Standing of(String channel) {
        return whole.with(channels.getOrDefault(channel, Standing.NEW));
    }

    /// `[version][ended][seen, 8][standing][channels, 4]`, then each channel's name and standing; big-endian.
    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.putByte(VERSION).putFlag(ended).putLong(seenMillis);
        put(out, whole);
        out.putInt(channels.size());
        channels.forEach((name, standing) -> put(out.putText(name), standing));
        return out.toBytes();
    }

    /// @throws IllegalStateException if the bytes were written by a newer version
    static CallState fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        boolean timed = in.expectVersion(WITHOUT_TIME_OF_CONSENT, VERSION, "call") == VERSION;
        boolean ended = in.flag();
        long seenMillis = in.getLong();
        Standing whole = standing(in, timed);
        SortedMap<String, Standing> channels = new TreeMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            String name = in.text();
            channels.put(name, standing(in, timed));
        }
        return new CallState(whole, channels, ended, seenMillis);
    }

    private static void put(StateWriter out, Standing standing) {
        out.putFlag(standing.noticed())
                .putOptionalText(standing.noticeTextId())
                .putFlag(standing.consented())
                .putLong(
                        standing.consentedAt() == null
                                ? NO_TIME
                                : standing.consentedAt().toEpochMilli())
                .putFlag(standing.withdrawn())
                .putFlag(standing.paused());
    }

    /// @param timed whether the time of consent was kept
    private static Standing standing(StateReader in, boolean timed) {
        return new Standing(
                in.flag(), in.optionalText(), in.flag(), timed ? instant(in.getLong()) : null, in.flag(), in.flag());
    }

    private static @Nullable Instant instant(long millis) {
        return millis == NO_TIME ? null : Instant.ofEpochMilli(millis);
    }
}

package io.undertone.streams;

import io.undertone.schemas.CallEventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What was said of a call, or of one of its channels, by the events so far. Immutable.
///
/// @param noticeTextId of the latest notice; null when none was named
/// @param consentedAt when consent was given, by the first event that says so; null when none does, or when that
///     time was not kept
/// @param withdrawn for good: no later event takes it back
record Standing(
        boolean noticed,
        @Nullable String noticeTextId,
        boolean consented,
        @Nullable Instant consentedAt,
        boolean withdrawn,
        boolean paused) {

    /// Nothing was said.
    static final Standing NEW = new Standing(false, null, false, null, false, false);

    Standing after(CallEventType type, @Nullable String notice, Instant at) {
        return switch (type) {
            case NOTICE_GIVEN -> new Standing(true, notice, consented, consentedAt, withdrawn, paused);
            case CONSENT_GIVEN ->
                new Standing(noticed, noticeTextId, true, consented ? consentedAt : at, withdrawn, paused);
            case WITHDRAWN, ERASED -> new Standing(noticed, noticeTextId, consented, consentedAt, true, paused);
            case PAUSED -> new Standing(noticed, noticeTextId, consented, consentedAt, withdrawn, true);
            case RESUMED -> new Standing(noticed, noticeTextId, consented, consentedAt, withdrawn, false);
            case STARTED, ENDED, OTHER -> this;
        };
    }

    /// What holds for a channel of which `other` was said, in a call of which this was.
    Standing with(Standing other) {
        return new Standing(
                noticed || other.noticed,
                other.noticed ? other.noticeTextId : noticeTextId,
                consented || other.consented,
                consented ? consentedAt : other.consentedAt,
                withdrawn || other.withdrawn,
                paused || other.paused);
    }
}

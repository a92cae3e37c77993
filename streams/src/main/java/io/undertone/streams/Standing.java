package io.undertone.streams;

import io.undertone.schemas.CallEventType;
import org.jspecify.annotations.Nullable;

/// What was said of a call, or of one of its channels, by the events so far. Immutable.
///
/// @param noticeTextId of the latest notice; null when none was named
/// @param withdrawn for good: no later event takes it back
record Standing(boolean noticed, @Nullable String noticeTextId, boolean consented, boolean withdrawn, boolean paused) {

    /// Nothing was said.
    static final Standing NEW = new Standing(false, null, false, false, false);

    Standing after(CallEventType type, @Nullable String notice) {
        return switch (type) {
            case NOTICE_GIVEN -> new Standing(true, notice, consented, withdrawn, paused);
            case CONSENT_GIVEN -> new Standing(noticed, noticeTextId, true, withdrawn, paused);
            case WITHDRAWN, ERASED -> new Standing(noticed, noticeTextId, consented, true, paused);
            case PAUSED -> new Standing(noticed, noticeTextId, consented, withdrawn, true);
            case RESUMED -> new Standing(noticed, noticeTextId, consented, withdrawn, false);
            case STARTED, ENDED, OTHER -> this;
        };
    }

    /// What holds for a channel of which `other` was said, in a call of which this was.
    Standing with(Standing other) {
        return new Standing(
                noticed || other.noticed,
                other.noticed ? other.noticeTextId : noticeTextId,
                consented || other.consented,
                withdrawn || other.withdrawn,
                paused || other.paused);
    }
}

package io.undertone.streams;

import io.undertone.model.Encoding;
import io.undertone.tag.Tag;
import io.undertone.window.Window;
import org.jspecify.annotations.Nullable;

/// A window that was cut and whose tag is not published yet: its place in the order of its channel.
///
/// Threading: made, settled and read by the stream thread. The batcher reads `window()` and the tagger of `tagging()`
/// alone and hands the object back.
final class PendingWindow {

    private final LiveChannel.Scored channel;
    private final Window window;
    private Tagging tagging;
    private @Nullable Tag tag;
    private @Nullable Encoding encoding;

    /// @param tagging what was current when the window was cut
    PendingWindow(LiveChannel.Scored channel, Window window, Tagging tagging) {
        this.channel = channel;
        this.window = window;
        this.tagging = tagging;
    }

    LiveChannel.Scored channel() {
        return channel;
    }

    Window window() {
        return window;
    }

    /// What the window is tagged with, whatever becomes current once it is submitted.
    Tagging tagging() {
        return tagging;
    }

    /// Of a window that no encoder has taken yet.
    void retag(Tagging current) {
        tagging = current;
    }

    void settle(Tag result) {
        tag = result;
    }

    /// @param said by the encoder, on which the result rests
    void settle(Tag result, Encoding said) {
        tag = result;
        encoding = said;
    }

    /// Absent while the encoder has not answered.
    @Nullable
    Tag tag() {
        return tag;
    }

    /// Absent while the encoder has not answered, and for good where it was not asked or failed.
    @Nullable
    Encoding encoding() {
        return encoding;
    }
}

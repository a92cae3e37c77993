package io.undertone.model;

import io.undertone.window.Window;
import java.util.List;

/// Says how much of a window is speech, where energy alone is fooled by noise and music.
///
/// Threading: one thread at a time.
public interface SpeechDetector extends AutoCloseable {

    /// Leaves what the speech gate said: for bundles without a detector.
    SpeechDetector ENERGY = new SpeechDetector() {
        @Override
        public List<Window> listen(List<Window> windows) {
            return windows;
        }

        @Override
        public void close() {}
    };

    /// Never fails: windows that it cannot judge keep the ratio that they have.
    ///
    /// @param windows each of the bundle's windowSamples
    /// @return the same windows in the same order, with the detector's `speechRatio` in their quality
    List<Window> listen(List<Window> windows);

    @Override
    void close();
}

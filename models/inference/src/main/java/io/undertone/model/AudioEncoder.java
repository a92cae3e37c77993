package io.undertone.model;

import io.undertone.window.Window;
import java.util.List;

/// Windows in, encodings out. An interface because the tests of the stream put an encoder of their own here.
///
/// Threading: `encode` may be called by one thread at a time; the batcher's thread owns it. A pure function of
/// the windows up to the last bits, which batch composition and device may move.
public interface AudioEncoder extends AutoCloseable {

    /// What is to be known of the windows' speech before it is worth to encode them. Never fails.
    ///
    /// @return the same windows in the same order, with the `speechRatio` of the bundle's speech detector in their
    ///     quality, or as they are where none listens
    default List<Window> listen(List<Window> windows) {
        return windows;
    }

    /// @param windows at least one, each of the bundle's windowSamples
    /// @return one encoding a window, in order
    /// @throws EncodingException if the run failed; the windows may be tried again
    List<Encoding> encode(List<Window> windows);

    /// For people and metrics: `cpu`, `cuda:0`.
    String device();

    @Override
    void close();
}

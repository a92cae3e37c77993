package io.undertone.trainer.network;

import java.util.OptionalInt;
import java.util.SplittableRandom;

/// From a waveform to the features that the heads stand on: a fixed part, then one that is trained.
public sealed interface Encoder extends AutoCloseable permits CompactEncoder, TowerEncoder {

    /// Adds the encoder's tensors, drawn from `random`.
    void addTo(Weights weights, SplittableRandom random);

    /// The fixed part, of a waveform `[batch, samples]`: log-mel `[batch, bands, frames]`, or `[batch, dim]`.
    <T> T fixed(NetworkOps<T> ops, T waveform);

    /// The trained part up to its last frames, `[batch, channels, time]`, where it has frames.
    <T> T frames(NetworkOps<T> ops, T fixed);

    /// What [#frames] gives to features `[batch, features]`.
    <T> T pooled(NetworkOps<T> ops, T frames);

    /// Waveform `[batch, samples]` to features `[batch, features]`.
    default <T> T apply(NetworkOps<T> ops, T waveform) {
        return pooled(ops, frames(ops, fixed(ops, waveform)));
    }

    /// The only number of samples that it takes; nothing if any will do.
    OptionalInt onlySamples();

    @Override
    void close();
}

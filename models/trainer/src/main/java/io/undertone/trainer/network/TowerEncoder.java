package io.undertone.trainer.network;

import io.undertone.trainer.tower.FrozenTower;
import io.undertone.trainer.tower.TowerSpec;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/// A frozen tower, and one trained layer that brings its vectors to a common scale and picks from them. Owns the
/// tower.
public final class TowerEncoder implements Encoder {

    private final FrozenTower tower;
    private final FrozenSpec spec;
    private final int windowSamples;

    TowerEncoder(FrozenTower tower, FrozenSpec spec, int windowSamples) {
        this.tower = tower;
        this.spec = spec;
        this.windowSamples = windowSamples;
    }

    /// Of everything that decides what the fixed part gives.
    public String digest() {
        return tower.digest() + (spec.logMel() ? " log-mel" : "");
    }

    public TowerSpec manifest() {
        return tower.spec();
    }

    /// Length of what the fixed part gives.
    public int dim() {
        return tower.dim() + (spec.logMel() ? 2 * LogMel.BANDS : 0);
    }

    @Override
    public void addTo(Weights weights, SplittableRandom random) {
        if (spec.logMel()) {
            LogMel.addTo(weights);
        }
        weights.batchNorm("tower.norm", dim());
        weights.normal("features", random, spec.features(), dim());
        weights.constant("features.bias", 0, spec.features());
        weights.batchNorm("features.norm", spec.features());
    }

    /// The tower's vector, and beside it, if the configuration says so, mean and deviation of each log-mel band.
    @Override
    public <T> T fixed(NetworkOps<T> ops, T waveform) {
        T vectors = ops.frozen(tower, waveform);
        return spec.logMel() ? ops.concat(vectors, statistics(ops, LogMel.apply(ops, waveform))) : vectors;
    }

    /// `[batch, bands, frames]` to `[batch, 2 * bands]`.
    private <T> T statistics(NetworkOps<T> ops, T logMel) {
        float share = 1f / LogMel.frames(windowSamples);
        T mean = ops.mulScalar(ops.sum(logMel, 2, true), share);
        T centred = ops.sub(logMel, mean);
        T variance = ops.mulScalar(ops.sum(ops.mul(centred, centred), 2, false), share);
        T means = ops.mulScalar(ops.sum(logMel, 2, false), share);
        return ops.concat(means, ops.sqrt(ops.addScalar(variance, 1e-8f)));
    }

    /// There are none: the vectors as they are.
    @Override
    public <T> T frames(NetworkOps<T> ops, T vectors) {
        return vectors;
    }

    @Override
    public <T> T pooled(NetworkOps<T> ops, T vectors) {
        T scaled = ops.batchNorm(vectors, "tower.norm");
        return ops.relu(ops.batchNorm(ops.linear(scaled, "features", "features.bias"), "features.norm"));
    }

    @Override
    public OptionalInt onlySamples() {
        return OptionalInt.of(windowSamples);
    }

    @Override
    public void close() {
        tower.close();
    }
}

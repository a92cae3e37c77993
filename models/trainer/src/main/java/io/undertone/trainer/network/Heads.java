package io.undertone.trainer.network;

import java.util.SplittableRandom;

/// What stands on the features: the supervised heads, and the projections into the space that audio and text share.
public final class Heads {

    private Heads() {}

    public static void addSupervised(Weights weights, int features, int classes, SplittableRandom random) {
        weights.normal("classes", random, classes, features);
        weights.constant("classes.bias", 0, classes);
        weights.constant("affect", 0, 2, features);
        weights.constant("affect.bias", 0, 2);
    }

    /// `[batch, features]` to logits `[batch, classes]`.
    public static <T> T classes(NetworkOps<T> ops, T features) {
        return ops.linear(features, "classes", "classes.bias");
    }

    /// `[batch, features]` to (valence, arousal) `[batch, 2]` in (-1, 1).
    public static <T> T affect(NetworkOps<T> ops, T features) {
        return ops.tanh(ops.linear(features, "affect", "affect.bias"));
    }

    /// The head that foretells a teacher's frames; it stays behind when the bundle is written.
    public static void addDistillation(Weights weights, int temporal, int dim, SplittableRandom random) {
        weights.normal("teacher", random, dim, temporal, 1);
        weights.constant("teacher.bias", 0, dim);
    }

    /// `[batch, temporal, time]` to `[batch, dim, time]`.
    public static <T> T distillation(NetworkOps<T> ops, T frames) {
        return ops.conv1d(frames, "teacher", "teacher.bias", 1, 0);
    }

    /// A linear path and one with a hidden layer, added, then standardised ([Points]): no contrastive loss asks that
    /// audio and text share a mean, so each modality would keep to a cone of its own.
    public static void addProjection(Weights weights, String name, int in, AudioSpec spec, SplittableRandom random) {
        weights.normal(name + ".hidden", random, spec.projectionHidden(), in);
        weights.constant(name + ".hidden.bias", 0, spec.projectionHidden());
        weights.normal(name + ".out", random, spec.embedding(), spec.projectionHidden());
        weights.constant(name + ".out.bias", 0, spec.embedding());
        weights.normal(name + ".skip", random, spec.embedding(), in);
        weights.constant(name + ".skip.bias", 0, spec.embedding());
        weights.standardisation(name + ".centre", spec.embedding());
    }

    /// `[batch, in]` to `[batch, embedding]` of unit length.
    public static <T> T project(NetworkOps<T> ops, T x, String name) {
        T hidden = ops.relu(ops.linear(x, name + ".hidden", name + ".hidden.bias"));
        T point = ops.add(
                ops.linear(hidden, name + ".out", name + ".out.bias"),
                ops.linear(x, name + ".skip", name + ".skip.bias"));
        return unitLength(ops, ops.points(point, name + ".centre"));
    }

    /// `[batch, dim]`, each row scaled to length 1.
    static <T> T unitLength(NetworkOps<T> ops, T point) {
        T squares = ops.sum(ops.mul(point, point), 1, true);
        return ops.div(point, ops.sqrt(ops.addScalar(squares, 1e-12f)));
    }
}

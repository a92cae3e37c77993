package io.undertone.trainer.network;

import java.util.SplittableRandom;

/// What retraining adds behind a finished encoder: a small change of its embedding and of its valence and arousal. At
/// the start it changes nothing, and weight decay pulls it back there, so what nobody corrected stays as it was. The
/// new embedding depends on the old one alone, so that stored reference embeddings can be brought along.
public final class HeadAdapter {

    private static final String EMBEDDING = "adapter.embedding";
    private static final String AFFECT = "adapter.affect";

    private HeadAdapter() {}

    /// @param dim of the embedding
    /// @param hidden units of either change
    public static void addTo(Weights weights, int dim, int hidden, SplittableRandom random) {
        weights.normal(EMBEDDING + ".hidden", random, hidden, dim);
        weights.constant(EMBEDDING + ".hidden.bias", 0, hidden);
        weights.constant(EMBEDDING, 0, dim, hidden);
        weights.constant(EMBEDDING + ".bias", 0, dim);
        weights.normal(AFFECT + ".hidden", random, hidden, dim);
        weights.constant(AFFECT + ".hidden.bias", 0, hidden);
        weights.constant(AFFECT, 0, 2, hidden);
        weights.constant(AFFECT + ".bias", 0, 2);
    }

    /// `[batch, dim]` of unit length to the same.
    public static <T> T embedding(NetworkOps<T> ops, T embedding) {
        return Heads.unitLength(ops, ops.add(embedding, change(ops, embedding, EMBEDDING)));
    }

    /// Old embedding `[batch, dim]` and (valence, arousal) `[batch, 2]` to new `[batch, 2]` in [-1, 1].
    public static <T> T affect(NetworkOps<T> ops, T embedding, T affect) {
        T atLeast = ops.atLeast(ops.add(affect, affectChange(ops, embedding)), -1);
        return ops.mulScalar(ops.atLeast(ops.mulScalar(atLeast, -1), -1), -1);
    }

    /// How much valence and arousal of an old embedding are moved, whatever they were: `[batch, 2]`.
    public static <T> T affectChange(NetworkOps<T> ops, T embedding) {
        return change(ops, embedding, AFFECT);
    }

    private static <T> T change(NetworkOps<T> ops, T x, String name) {
        T hidden = ops.relu(ops.linear(x, name + ".hidden", name + ".hidden.bias"));
        return ops.linear(hidden, name, name + ".bias");
    }
}

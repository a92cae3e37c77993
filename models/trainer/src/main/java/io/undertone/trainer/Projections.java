package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.model.Embedding;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// Features and sentence vectors through the projection heads, without a gradient. Owned by the training thread.
final class Projections {

    private Projections() {}

    /// @param features `[n][features]`
    static List<Embedding> audio(Networks networks, float[][] features, NDManager parent) {
        return project(networks, List.of(features), Networks.AUDIO_PROJECTION, parent);
    }

    /// @param features `[n][features]`
    /// @return `[n][2]` valence and arousal
    static float[][] affect(Networks networks, float[][] features, NDManager parent) {
        return rows(features, parent, row -> Heads.affect(networks.ops(false), row));
    }

    /// @param features `[n][features]`
    /// @return `[n][classes]` logits of the supervised head
    static float[][] classes(Networks networks, float[][] features, NDManager parent) {
        return rows(features, parent, row -> Heads.classes(networks.ops(false), row));
    }

    private static float[][] rows(float[][] features, NDManager parent, UnaryOperator<NDArray> head) {
        float[][] said = new float[features.length][];
        try (NDManager manager = parent.newSubManager()) {
            for (int i = 0; i < features.length; i++) {
                NDArray row = manager.create(features[i], new Shape(1, features[i].length));
                said[i] = head.apply(row).toFloatArray();
            }
        }
        return said;
    }

    /// @param vectors `[n][384]`
    static List<Embedding> text(Networks networks, List<float[]> vectors, NDManager parent) {
        return project(networks, vectors, Networks.TEXT_PROJECTION, parent);
    }

    private static List<Embedding> project(Networks networks, List<float[]> rows, String head, NDManager parent) {
        if (rows.isEmpty()) {
            return List.of();
        }
        int width = rows.getFirst().length;
        float[] flat = new float[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, flat, i * width, width);
        }
        try (NDManager manager = parent.newSubManager()) {
            float[] all = Heads.project(networks.ops(false), manager.create(flat, new Shape(rows.size(), width)), head)
                    .toFloatArray();
            int dim = all.length / rows.size();
            List<Embedding> embeddings = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                embeddings.add(Embedding.normalized(Arrays.copyOfRange(all, i * dim, (i + 1) * dim)));
            }
            return embeddings;
        }
    }
}

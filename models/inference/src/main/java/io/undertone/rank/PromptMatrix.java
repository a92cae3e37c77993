package io.undertone.rank;

import io.undertone.model.Embedding;
import java.util.List;

/// The embeddings of a bank, packed for one window after another. Immutable.
///
/// Stored dimension by dimension: the inner loop runs over prompts and adds products in place, which the JVM turns
/// into vector instructions. A loop over the dimensions of one prompt would be a floating-point sum, whose order the
/// JVM may not change. Each prompt's sum is made in the same order whatever stands beside it, so a prompt that is
/// added moves no other prompt's cosine, not by a bit.
final class PromptMatrix {

    /// Sums of so many prompts are made together: 4 KB that stay in the nearest cache.
    private static final int BLOCK = 1024;

    private final int dim;
    private final int size;
    private final float[] values; // [dim, size]

    PromptMatrix(List<Embedding> embeddings) {
        dim = embeddings.getFirst().dim();
        size = embeddings.size();
        values = new float[dim * size];
        for (int i = 0; i < size; i++) {
            float[] embedding = embeddings.get(i).toArray();
            for (int d = 0; d < dim; d++) {
                values[d * size + i] = embedding[d];
            }
        }
    }

    /// Cosine of the window and each prompt, `[size]`, within 1e-6 of [Embedding#cosine].
    float[] cosines(Embedding window) {
        if (window.dim() != dim) {
            throw new IllegalArgumentException("dim must be " + dim + ": " + window.dim());
        }
        float[] at = window.toArray();
        float[] sums = new float[size];
        for (int from = 0; from < size; from += BLOCK) {
            addProducts(at, sums, from, Math.min(size, from + BLOCK));
        }
        for (int i = 0; i < size; i++) {
            sums[i] = Math.clamp(sums[i], -1f, 1f);
        }
        return sums;
    }

    private void addProducts(float[] at, float[] sums, int from, int to) {
        int d = 0;
        for (; d + 4 <= dim; d += 4) {
            float a = at[d];
            float b = at[d + 1];
            float c = at[d + 2];
            float e = at[d + 3];
            int rowA = d * size;
            int rowB = rowA + size;
            int rowC = rowB + size;
            int rowE = rowC + size;
            for (int i = from; i < to; i++) {
                sums[i] += a * values[rowA + i] + b * values[rowB + i] + c * values[rowC + i] + e * values[rowE + i];
            }
        }
        for (; d < dim; d++) {
            float a = at[d];
            int row = d * size;
            for (int i = from; i < to; i++) {
                sums[i] += a * values[row + i];
            }
        }
    }
}

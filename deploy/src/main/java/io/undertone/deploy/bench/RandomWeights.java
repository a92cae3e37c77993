package io.undertone.deploy.bench;

import java.util.SplittableRandom;

/// Weights that were never learned. Mutable; one thread.
final class RandomWeights {

    private final SplittableRandom random;

    RandomWeights(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// Of such a size that values neither grow nor shrink from product to product.
    ///
    /// @param summands of each value that is computed with them
    /// @return as many as a tensor of this shape has
    float[] next(int summands, long... shape) {
        int count = 1;
        for (long axis : shape) {
            count = Math.toIntExact(count * axis);
        }
        double largest = Math.sqrt(3.0 / summands);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-largest, largest);
        }
        return values;
    }
}

package io.undertone.model;

/// `p_i = exp(s_i / temperature) / sum_k exp(s_k / temperature)`.
public final class Softmax {

    private Softmax() {}

    /// The sum below the fraction, where only some of many probabilities are wanted: `p_i = exp((s_i - largest) /
    /// temperature) / sum`.
    ///
    /// @param largest of the similarities
    public static double sum(float[] similarities, double largest, double temperature) {
        double sum = 0;
        for (float similarity : similarities) {
            sum += Math.exp((similarity - largest) / temperature);
        }
        return sum;
    }

    /// @param similarities at least one
    /// @param temperature divides, positive
    /// @return `[similarities.length]`, in [0, 1], sum 1
    public static double[] of(double[] similarities, double temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double similarity : similarities) {
            largest = Math.max(largest, similarity);
        }
        double[] probabilities = new double[similarities.length];
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = StrictMath.exp((similarities[i] - largest) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }
}

package io.undertone.trainer;

/// Rises linearly over the first steps, then falls to 0 as half a cosine.
///
/// @param peak highest rate
/// @param warmUp share of the steps that it rises over
/// @param steps of the whole stage
public record LearningRate(double peak, double warmUp, int steps) {

    public double at(int step) {
        double warmSteps = warmUp * steps;
        if (step < warmSteps) {
            return peak * (step + 1) / warmSteps;
        }
        double done = (step - warmSteps) / Math.max(1, steps - warmSteps);
        return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
    }
}

package io.undertone.trainer.loss;

import ai.djl.ndarray.NDArray;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Scalars;
import io.undertone.trainer.network.Weights;

/// What divides the similarities of audio and text in every loss of stage 2.
public sealed interface Temperature {

    /// A learned one stays in [LEAST, MOST]: below, single pairs decide a step; above, nothing is told apart.
    double LEAST = 0.01;

    double MOST = 1;

    double value();

    /// @param similarities `[n, n]`
    /// @return `[n, n]` of 64 bits, differentiable
    NDArray logits(NDArray similarities);

    /// To be called after each step of the optimiser.
    void clamp();

    /// Given once.
    record Fixed(double value) implements Temperature {

        @Override
        public NDArray logits(NDArray similarities) {
            return Scalars.times(Precision.widened(similarities), 1 / value);
        }

        @Override
        public void clamp() {}
    }

    /// The exponential of the weight [Networks#LOG_TEMPERATURE], which the optimiser moves: as a logarithm it cannot
    /// become negative, and a step changes it by a share of what it is. Owned by the training thread.
    record Learned(Weights weights) implements Temperature {

        @Override
        public double value() {
            return Math.exp(weights.values(Networks.LOG_TEMPERATURE)[0]);
        }

        @Override
        public NDArray logits(NDArray similarities) {
            NDArray wide = Precision.widened(similarities);
            // The constant one is made where the step lives: results stay in the first operand's manager.
            NDArray inverse = Precision.widened(weights.get(Networks.LOG_TEMPERATURE), similarities.getManager())
                    .neg()
                    .exp();
            return wide.mul(inverse);
        }

        @Override
        public void clamp() {
            double now = value();
            if (now < LEAST || now > MOST) {
                weights.set(Networks.LOG_TEMPERATURE, new float[] {(float) Math.log(Math.clamp(now, LEAST, MOST))});
            }
        }
    }
}

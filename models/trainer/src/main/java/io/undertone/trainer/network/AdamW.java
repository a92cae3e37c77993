package io.undertone.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) over some tensors of a [Weights].
///
/// Our own, since DJL's optimisers do not give their moments away and a run could not be resumed as it was. Owned
/// by the training thread.
public final class AdamW {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double EPSILON = 1e-8;

    private final Weights weights;
    private final List<String> names;
    private final double weightDecay;
    private final double maxNorm;
    private final Map<String, float[]> first = new LinkedHashMap<>();
    private final Map<String, float[]> second = new LinkedHashMap<>();
    private int steps;

    /// @param weightDecay taken from matrices and kernels only, not from biases and normalisations
    /// @param maxNorm gradients are scaled down to this length, all of them together
    public AdamW(Weights weights, List<String> names, double weightDecay, double maxNorm) {
        this.weights = weights;
        this.names = List.copyOf(names);
        this.weightDecay = weightDecay;
        this.maxNorm = maxNorm;
        for (String name : this.names) {
            int size = (int) weights.get(name).getShape().size();
            first.put(name, new float[size]);
            second.put(name, new float[size]);
        }
    }

    /// One step along the gradients that the last backward pass left; they are 0 afterwards.
    ///
    /// @return the length of the gradient before it was scaled
    /// @throws ArithmeticException if a gradient is not finite: training has diverged
    public double step(double learningRate) {
        Map<String, float[]> gradients = takeGradients();
        double norm = 0;
        for (float[] gradient : gradients.values()) {
            for (float value : gradient) {
                norm += (double) value * value;
            }
        }
        norm = Math.sqrt(norm);
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException("training diverged: the gradient is not finite at step " + steps
                    + "; try a smaller learning rate than " + learningRate);
        }
        steps++;
        double scale = norm > maxNorm ? maxNorm / norm : 1;
        gradients.forEach((name, gradient) -> update(name, gradient, scale, learningRate));
        return norm;
    }

    private Map<String, float[]> takeGradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (String name : names) {
            NDArray gradient = weights.get(name).getGradient();
            if (gradient != null) {
                try (gradient) {
                    gradients.put(name, gradient.toFloatArray());
                    gradient.subi(gradient);
                }
            }
        }
        return gradients;
    }

    private void update(String name, float[] gradient, double scale, double learningRate) {
        NDArray weight = weights.get(name);
        float[] m = first.get(name);
        float[] v = second.get(name);
        if (m == null || v == null) {
            throw new IllegalStateException("no moments of " + name);
        }
        float[] value = weight.toFloatArray();
        float[] change = new float[gradient.length];
        double decay = weight.getShape().dimension() > 1 ? weightDecay : 0;
        double correction1 = 1 - Math.pow(BETA1, steps);
        double correction2 = 1 - Math.pow(BETA2, steps);
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i] * scale;
            m[i] = (float) (BETA1 * m[i] + (1 - BETA1) * g);
            v[i] = (float) (BETA2 * v[i] + (1 - BETA2) * g * g);
            double direction = m[i] / correction1 / (Math.sqrt(v[i] / correction2) + EPSILON);
            change[i] = (float) (-learningRate * (direction + decay * value[i]));
        }
        NDManager manager = weight.getManager();
        try (NDArray delta = manager.create(change, weight.getShape())) {
            weight.addi(delta);
        }
    }

    /// Step count and moments, for a checkpoint: names are prefixed `m.` and `v.`, and `steps` holds the count.
    public Map<String, float[]> snapshot() {
        Map<String, float[]> copy = new LinkedHashMap<>();
        copy.put("steps", new float[] {steps});
        first.forEach((name, values) -> copy.put("m." + name, values.clone()));
        second.forEach((name, values) -> copy.put("v." + name, values.clone()));
        return copy;
    }

    public void restore(Map<String, float[]> snapshot) {
        steps = (int) required(snapshot, "steps")[0];
        first.replaceAll((name, old) -> required(snapshot, "m." + name).clone());
        second.replaceAll((name, old) -> required(snapshot, "v." + name).clone());
    }

    private static float[] required(Map<String, float[]> snapshot, String name) {
        float[] values = snapshot.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the snapshot lacks " + name);
        }
        return values;
    }
}

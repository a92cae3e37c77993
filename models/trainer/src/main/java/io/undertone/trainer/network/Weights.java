package io.undertone.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Named tensors: those that are trained, and those that are not (fixed filters, running statistics).
///
/// Plain named arrays in place of DJL's block tree, so that the start values come from our own seeded generator, a
/// checkpoint is a list of arrays, and the ONNX writer reads by name. Owned by one thread, which also closes it.
public final class Weights implements AutoCloseable {

    private final NDManager manager;
    private final SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
    private final SequencedMap<String, Boolean> trainable = new LinkedHashMap<>();

    private Weights(NDManager manager) {
        this.manager = manager;
    }

    /// An empty set; tensors live in a child of `parent` until this is closed.
    public static Weights create(NDManager parent) {
        return new Weights(parent.newSubManager());
    }

    /// A trained tensor drawn from a normal distribution of variance 2 / fanIn (He et al. 2015).
    public void normal(String name, SplittableRandom random, long... shape) {
        long fanIn = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            fanIn *= shape[axis];
        }
        double deviation = Math.sqrt(2.0 / fanIn);
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        put(name, values, true, shape);
    }

    /// A trained tensor of one value.
    public void constant(String name, float value, long... shape) {
        put(name, filled(value, shape), true, shape);
    }

    /// A tensor that is not trained.
    public void fixed(String name, float[] values, long... shape) {
        put(name, values, false, shape);
    }

    /// The four tensors of a batch normalisation over `channels`.
    public void batchNorm(String name, int channels) {
        constant(name + ".gamma", 1, channels);
        constant(name + ".beta", 0, channels);
        fixed(name + ".mean", filled(0, channels), channels);
        fixed(name + ".var", filled(1, channels), channels);
    }

    /// The four tensors of a batch normalisation that learns nothing: mean 0 and deviation 1 of each channel.
    public void standardisation(String name, int channels) {
        fixed(name + ".gamma", filled(1, channels), channels);
        fixed(name + ".beta", filled(0, channels), channels);
        fixed(name + ".mean", filled(0, channels), channels);
        fixed(name + ".var", filled(1, channels), channels);
    }

    private void put(String name, float[] values, boolean train, long... shape) {
        if (tensors.containsKey(name)) {
            throw new IllegalArgumentException("there is a tensor of this name already: " + name);
        }
        NDArray array = manager.create(values, new Shape(shape));
        array.setRequiresGradient(train);
        tensors.put(name, array);
        trainable.put(name, train);
    }

    private static float[] filled(float value, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        java.util.Arrays.fill(values, value);
        return values;
    }

    /// The tensor itself. It must not be closed.
    public NDArray get(String name) {
        NDArray array = tensors.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no such tensor: " + name + "; there are " + tensors.keySet());
        }
        return array;
    }

    public long[] shape(String name) {
        return get(name).getShape().getShape();
    }

    public float[] values(String name) {
        return get(name).toFloatArray();
    }

    public List<String> names() {
        return List.copyOf(tensors.sequencedKeySet());
    }

    public List<String> trainableNames() {
        List<String> names = new ArrayList<>();
        trainable.forEach((name, train) -> {
            if (train) {
                names.add(name);
            }
        });
        return names;
    }

    /// How many numbers are trained.
    public long trainableSize() {
        return trainableNames().stream()
                .mapToLong(name -> get(name).getShape().size())
                .sum();
    }

    /// Overwrites one tensor in place.
    public void set(String name, float[] values) {
        NDArray target = get(name);
        if (values.length != target.getShape().size()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " must have " + target.getShape().size() + " values: " + values.length);
        }
        try (NDArray source = manager.create(values, target.getShape())) {
            target.muli(0).addi(source);
        }
    }

    /// A copy of every tensor, for a checkpoint.
    public Map<String, float[]> snapshot() {
        Map<String, float[]> copy = new LinkedHashMap<>();
        tensors.forEach((name, array) -> copy.put(name, array.toFloatArray()));
        return copy;
    }

    /// Puts a snapshot back.
    public void restore(Map<String, float[]> snapshot) {
        if (!snapshot.keySet().equals(tensors.keySet())) {
            throw new IllegalArgumentException("the snapshot holds other tensors: " + snapshot.keySet());
        }
        snapshot.forEach(this::set);
    }

    @Override
    public void close() {
        manager.close();
    }
}

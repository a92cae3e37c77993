package io.undertone.model;

/// A point on the unit sphere that audio and prompts share. Immutable; `dim` values of unit length.
public final class Embedding {

    private final float[] values; // [dim]

    private Embedding(float[] values) {
        this.values = values;
    }

    /// Scales to unit length.
    ///
    /// @throws IllegalArgumentException if a value is not finite or all are 0
    public static Embedding normalized(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        if (!Double.isFinite(squares) || squares == 0) {
            throw new IllegalArgumentException("an embedding must be finite and not all 0: squared length " + squares);
        }
        float[] unit = new float[values.length];
        double scale = 1 / Math.sqrt(squares);
        for (int i = 0; i < values.length; i++) {
            unit[i] = (float) (values[i] * scale);
        }
        return new Embedding(unit);
    }

    public int dim() {
        return values.length;
    }

    public float[] toArray() {
        return values.clone();
    }

    /// Cosine of the angle between the two, in [-1, 1].
    public double cosine(Embedding other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException("dim must be " + values.length + ": " + other.values.length);
        }
        double dot = 0;
        for (int i = 0; i < values.length; i++) {
            dot += (double) values[i] * other.values[i];
        }
        return Math.clamp(dot, -1, 1);
    }
}

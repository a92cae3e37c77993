package io.undertone.model;

/// In what the audio encoder computes.
public enum Precision {
    FLOAT32,

    /// 16-bit floats where products of matrices lie, float32 around them: see [HalfPrecision]. Pays on a GPU.
    FLOAT16;

    @Override
    public String toString() {
        return this == FLOAT32 ? "float32" : "float16";
    }
}

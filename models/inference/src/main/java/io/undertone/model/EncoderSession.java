package io.undertone.model;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// One loaded audio encoder on one device. An interface because the tests put failing devices here.
///
/// Threading: one thread at a time.
interface EncoderSession extends AutoCloseable {

    /// @param waveforms direct, `[batch, samples]`
    /// @param embeddings direct, filled with `[batch, dim]`
    /// @param affects direct, filled with `[batch, 2]`
    void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects) throws OrtException;

    /// `cpu`, `cuda:0`.
    String device();

    /// Whether every new batch size costs a search for kernels, so that batches are filled up to a few sizes.
    boolean fixedBatches();

    @Override
    void close();
}

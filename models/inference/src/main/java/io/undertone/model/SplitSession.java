package io.undertone.model;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// Runs the parts of a batch side by side, each by one thread of a [BatchCrew].
///
/// Threading: one thread at a time, which runs parts itself.
final class SplitSession implements EncoderSession {

    private final EncoderSession session;
    private final int windowSamples;
    private final int dim;
    private final BatchCrew crew;

    /// @param session can be run by several threads at once; closed with this one
    /// @param threads at least 2, that of the caller is one of them
    SplitSession(EncoderSession session, int windowSamples, int dim, int threads) {
        this.session = session;
        this.windowSamples = windowSamples;
        this.dim = dim;
        this.crew = new BatchCrew(threads);
    }

    @Override
    public void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects) throws OrtException {
        crew.run(batch, (from, to) -> {
            int rows = to - from;
            session.run(
                    rows,
                    waveforms.slice(from * windowSamples, rows * windowSamples),
                    embeddings.slice(from * dim, rows * dim),
                    affects.slice(from * 2, rows * 2));
        });
    }

    @Override
    public String device() {
        return session.device();
    }

    @Override
    public boolean fixedBatches() {
        return session.fixedBatches();
    }

    @Override
    public void close() {
        crew.close();
        session.close();
    }
}
